/* The groups of tests that make up the program `suite`. */
#ifndef SUITE_H
#define SUITE_H

#include "support.h"

void test_calls(void);   /* every call, and what it gives */
void test_rows(void);    /* every error that the API document lists */
void test_misuse(void);  /* every argument that cannot be right */
void test_values(void);  /* values that are read out of results */
void test_handles(void); /* handles that were freed, are of another type, or never were any */
void test_deploy(void);  /* the deployments of tests/conformance/deployments.json */
void test_flow(void);    /* callbacks, cancellation, time-outs */
void test_events(void);  /* what goes again, what is read back, and what is told of it */
void test_tls(void);     /* what is trusted */
void test_process(void); /* threads, fork, errno, locale, signals, log, version */

/* A call that must fail with a status. Its error is in `error`, to be freed. */
#define FAILS(call, status) CHECK_STATUS(call, status, &error)
/* A call that must work. */
#define WORKS(call) CHECK_STATUS(call, MXD_OK, &error)

#endif
