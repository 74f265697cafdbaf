"""Runs pip as if on the platform given as the first argument (JSON of PEP 508 environment markers).

pip's --platform and --python-version choose the wheels, but markers such as ``sys_platform == 'linux'`` are still
evaluated for the machine that pip runs on, so an image built on another system or Python would miss dependencies.
"""

import json
import sys

from pip._vendor.packaging import markers

target = json.loads(sys.argv.pop(1))
of_this_machine = markers.default_environment()
markers.default_environment = lambda: {**of_this_machine, **target}

from pip._internal.cli.main import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
