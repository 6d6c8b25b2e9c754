// Prints the state of an environment: node environment.mjs APP MODE
import koffi from "koffi";

const library = koffi.load("libmendix_deploy.so.0.1");
for (const type of ["mxd_config", "mxd_client", "mxd_error"]) koffi.opaque(type);

// Results are strings that the caller frees: koffi frees what it has made a text of.
koffi.disposable("mxd_text", "str", library.func("void mxd_string_free(void *text)"));
const configFromEnv = library.func("int mxd_config_from_env(_Out_ mxd_config **config, _Out_ mxd_error **error)");
const configFree = library.func("void mxd_config_free(mxd_config *config)");
const clientNew = library.func(
  "int mxd_client_new(const mxd_config *config, _Out_ mxd_client **client, _Out_ mxd_error **error)");
const clientFree = library.func("void mxd_client_free(mxd_client *client)");
const getEnvironment = library.func(
  "int mxd_get_environment(const mxd_client *client, const char *app_id, const char *mode, " +
  "_Out_ mxd_text *json, _Out_ mxd_error **error)");
const errorText = library.func("const char *mxd_error_text(const mxd_error *error)");
const errorFree = library.func("void mxd_error_free(mxd_error *error)");

/** Calls a function whose last two arguments are the result and the error: gives the one, and throws the other. */
function call(func, ...values) {
  const result = [null];
  const error = [null];
  const status = func(...values, result, error);
  if (status === 0) return result[0];
  const text = errorText(error[0]);
  errorFree(error[0]);
  throw Object.assign(new Error(text), { status });
}

const [app, mode] = process.argv.slice(2);
const config = call(configFromEnv);
const client = call(clientNew, config);
configFree(config);
try {
  console.log(JSON.parse(call(getEnvironment, client, app, mode)).Status);
} catch (error) {
  console.error(error.message);
  process.exitCode = error.status;
} finally {
  clientFree(client);
}
