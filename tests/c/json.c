/* A reader of JSON that is known to be valid. */
#include "support.h"

#define BUFFERS 16
#define BUFFER 65536

static const char *space(const char *p) { return p + strspn(p, " \t\r\n"); }

static const char *skip_string(const char *p) {
    for (p++; *p != '"' && *p != '\0'; p++) {
        if (*p == '\\') {
            p++;
        }
    }
    return p + 1;
}

/* The end of the value that begins here. */
static const char *skip(const char *p) {
    int depth = 0;
    p = space(p);
    if (*p != '{' && *p != '[') {
        return *p == '"' ? skip_string(p) : p + strcspn(p, ",]} \t\r\n");
    }
    do {
        if (*p == '"') {
            p = skip_string(p);
            continue;
        }
        depth += *p == '{' || *p == '[';
        depth -= *p == '}' || *p == ']';
        p++;
    } while (depth > 0 && *p != '\0');
    return p;
}

/* The member or element of this name or number. */
static const char *step(const char *p, const char *name, size_t length) {
    int array;
    long index = 0;
    p = space(p);
    if (*p != '{' && *p != '[') {
        return NULL;
    }
    array = *p == '[';
    for (p = space(p + 1); *p != ']' && *p != '}' && *p != '\0'; index++) {
        int found;
        if (array) {
            found = strtol(name, NULL, 10) == index;
        } else {
            const char *end = skip_string(p);
            found = (size_t)(end - p) == length + 2 && memcmp(p + 1, name, length) == 0;
            p = space(space(end) + 1);
        }
        if (found) {
            return p;
        }
        p = space(skip(p));
        p = *p == ',' ? space(p + 1) : p;
    }
    return NULL;
}

static char *put(char *to, unsigned long code) {
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | (code >> 6));
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xe0 | (code >> 12));
        *to++ = (char)(0x80 | ((code >> 6) & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

const char *at(const char *json, const char *path) {
    static char buffers[BUFFERS][BUFFER];
    static int next;
    char *start = buffers[next++ % BUFFERS], *to = start;
    const char *p = json, *end;
    while (p != NULL && *path != '\0') {
        size_t length = strcspn(path, "/");
        p = step(p, path, length);
        path += length + (path[length] == '/');
    }
    if (p == NULL) {
        return NULL;
    }
    p = space(p);
    end = skip(p);
    CHECK(end - p < BUFFER);
    if (*p != '"') {
        memcpy(start, p, (size_t)(end - p));
        start[end - p] = '\0';
        return start;
    }
    for (p++; p < end - 1; p++) {
        if (*p != '\\') {
            *to++ = *p;
            continue;
        }
        p++;
        if (*p == 'u') {
            char digits[5] = {p[1], p[2], p[3], p[4], '\0'};
            to = put(to, strtoul(digits, NULL, 16));
            p += 4;
        } else {
            *to++ = *p == 'n' ? '\n' : *p == 't' ? '\t' : *p == 'r' ? '\r' : *p;
        }
    }
    *to = '\0';
    return start;
}

const char *name_at(const char *json, int number) {
    static char names[BUFFERS][256];
    static int next;
    const char *p = space(json);
    CHECK(*p == '{');
    for (p = space(p + 1); *p == '"'; number--) {
        const char *end = skip_string(p);
        size_t length = (size_t)(end - p) - 2;
        if (number == 0) {
            char *name = names[next++ % BUFFERS];
            CHECK(length < sizeof *names);
            memcpy(name, p + 1, length);
            name[length] = '\0';
            return name;
        }
        p = space(skip(space(end) + 1));
        p = *p == ',' ? space(p + 1) : p;
    }
    return NULL;
}

int count(const char *json) {
    char place[16];
    int elements = 0;
    if (*space(json) != '[') {
        return -1;
    }
    do {
        snprintf(place, sizeof place, "%d", elements);
    } while (step(json, place, 0) != NULL && ++elements);
    return elements;
}
