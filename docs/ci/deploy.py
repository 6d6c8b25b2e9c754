"""Deploys a package, as a job of a CI system: deploy.py APP MODE PACKAGE.

Exit status: 0, the package runs; 1, it failed, and the text says what runs now; 75, it was cut off: run the job again.
"""

import signal
import sys

from mendix_deploy import Client, DeployFailedError, MendixDeployError


def main() -> int:
    """Deploy, with the credentials of the environment, and say what happened."""
    app_id, mode, package = sys.argv[1:]
    # A job that is cancelled gets SIGTERM: the deployment stops where it is, and can be resumed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Client.from_env() as client:
            print(client.deploy(app_id, mode, package=package, journal=f"{package}.{mode}.journal", progress=True))
    except DeployFailedError as error:
        print(error.report)
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cut off: run the job again with the same package and journal", file=sys.stderr)
        return 75
    except MendixDeployError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
