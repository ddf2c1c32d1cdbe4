"""One thread for linear algebra, whatever is loaded when."""

import subprocess
import sys

PROBE = """
import numpy as np
from mmxlib.maths.threads import single_threaded

@single_threaded
def counts():
    from scipy.optimize import fmin_l_bfgs_b  # brings a linear algebra of its own
    from threadpoolctl import threadpool_info
    return [each["num_threads"] for each in threadpool_info()]

print(set(counts()))
"""


def test_a_library_that_the_work_itself_loads_has_one_thread_too():
    found = subprocess.run([sys.executable, "-c", PROBE], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "{1}"
