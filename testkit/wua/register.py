"""Registers the stand-in for the interpreter that runs this, or with `--unregister` takes it away again.

Also as a file, `python …/testkit/wua/register.py`, by an interpreter that knows nothing of this project.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from testkit.wua import stand_in

    (stand_in.unregister if "--unregister" in sys.argv[1:] else stand_in.register)()
