"""Prints the state of an environment, over the C library: environment.py APP MODE."""

import json
import sys
from ctypes import CDLL, byref, c_char_p, c_int32, c_void_p, cast
from typing import Any

LIBRARY = CDLL("libmendix_deploy.so.0.1")
LIBRARY.mxd_config_from_env.argtypes = [c_void_p, c_void_p]
LIBRARY.mxd_client_new.argtypes = [c_void_p, c_void_p, c_void_p]
LIBRARY.mxd_get_environment.argtypes = [c_void_p, c_char_p, c_char_p, c_void_p, c_void_p]
LIBRARY.mxd_error_text.argtypes = [c_void_p]
LIBRARY.mxd_error_text.restype = c_char_p
for name in ("mxd_config_free", "mxd_client_free", "mxd_string_free", "mxd_error_free"):
    LIBRARY[name].argtypes = [c_void_p]
    LIBRARY[name].restype = None
for name in ("mxd_config_from_env", "mxd_client_new", "mxd_get_environment"):
    LIBRARY[name].restype = c_int32


def call(name: str, *arguments: object) -> c_void_p:
    """Call a function whose last two arguments are the result and the error: that ends the program."""
    result, error = c_void_p(), c_void_p()
    status = LIBRARY[name](*arguments, byref(result), byref(error))
    if status != 0:
        print(LIBRARY.mxd_error_text(error).decode(), file=sys.stderr)
        LIBRARY.mxd_error_free(error)
        sys.exit(status)
    return result


def main() -> None:
    """Ask, with the credentials of the environment."""
    app, mode = (argument.encode() for argument in sys.argv[1:])
    config = call("mxd_config_from_env")
    client = call("mxd_client_new", config)
    LIBRARY.mxd_config_free(config)
    text = call("mxd_get_environment", client, app, mode)
    # A pointer, and not a copy, is what can be freed.
    environment: dict[str, Any] = json.loads(cast(text, c_char_p).value or b"")
    LIBRARY.mxd_string_free(text)
    print(environment["Status"])
    LIBRARY.mxd_client_free(client)


main()
