/* libcurl with cJSON, as a careful C program uses them: WORK COUNT URL [CA_FILE], as src/main.rs says. */
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <unistd.h>

#include "measure.h"

static char *body;
static size_t length, room;

static void check(int is_right, const char *what) {
    if (!is_right) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

static size_t keep(char *data, size_t size, size_t count, void *unused) {
    (void)unused;
    size *= count;
    if (length + size + 1 > room) {
        room = (length + size + 1) * 2;
        body = realloc(body, room);
        check(body != NULL, "realloc");
    }
    memcpy(body + length, data, size);
    length += size;
    body[length] = 0;
    return size;
}

static void once(CURL *curl, const char *url, int entries) {
    long status = 0;
    length = 0;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    check(curl_easy_perform(curl) == CURLE_OK, url);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    check(status == 200, "the call");
    if (entries != 0) {
        cJSON *json = cJSON_Parse(body);
        check(json != NULL && cJSON_GetArraySize(json) == entries, "the reply");
        cJSON_Delete(json);
    }
}

static void upload(CURL *curl, const char *url, const char *file) {
    curl_mime *mime = curl_mime_init(curl);
    curl_mimepart *part = curl_mime_addpart(mime);
    curl_mime_name(part, "file");
    curl_mime_filedata(part, file);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 512 * 1024L);
    once(curl, url, 0);
    curl_mime_free(mime);
}

static void download(CURL *curl, const char *url, const char *file) {
    FILE *to = fopen(file, "wb");
    check(to != NULL, file);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, NULL);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 512 * 1024L);
    once(curl, url, 0);
    fclose(to);
}

int main(int argc, char **argv) {
    struct curl_slist *headers = NULL;
    char url[256], small[256], file[64], chunk[1 << 16];
    const char *work = argc > 1 ? argv[1] : "";
    int is_get = strcmp(work, "get") == 0, is_list = strcmp(work, "list") == 0;
    int is_upload = strcmp(work, "upload") == 0, is_download = strcmp(work, "download") == 0;
    long count, i, before;
    struct start start;
    CURL *curl;
    check(argc > 3 && (is_get || is_list || is_upload || is_download), "WORK COUNT URL [CA_FILE]");
    count = atol(argv[2]);
    snprintf(file, sizeof file, "/tmp/mendix-deploy-bench-%ld", (long)getpid());
    snprintf(url, sizeof url, "%s%s", argv[3],
             is_get        ? "/api/1/apps/calc/environments"
             : is_list     ? "/api/1/apps"
             : is_download ? "/file"
                           : "/api/1/apps/calc/packages/upload");
    snprintf(small, sizeof small, "%s/api/1/apps/calc/environments", argv[3]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
    headers = curl_slist_append(headers, "Mendix-Username: me@example.com");
    headers = curl_slist_append(headers, "Mendix-ApiKey: 26587896-1cef-4483-accf-ad304e2673d6");
    headers = curl_slist_append(headers, "Accept: application/json");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    if (argc > 4) curl_easy_setopt(curl, CURLOPT_CAINFO, argv[4]);
    if (!is_get) once(curl, small, 3);
    before = peak_kib();
    if (is_upload) {
        FILE *from = fopen(file, "wb");
        check(from != NULL, file);
        memset(chunk, 7, sizeof chunk);
        for (i = 0; i < count * 16; i++) fwrite(chunk, 1, sizeof chunk, from);
        fclose(from);
        count = 1;
    } else if (is_download) {
        count = 1;
    } else {
        once(curl, url, is_get ? 3 : 10000);
    }
    start = begin(before);
    for (i = 0; i < count; i++) {
        if (is_upload)
            upload(curl, url, file);
        else if (is_download)
            download(curl, url, file);
        else
            once(curl, url, is_get ? 3 : 10000);
    }
    end(start, count);
    remove(file);
    return 0;
}
