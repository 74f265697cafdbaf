import os
import sys

with open(os.path.join(sys.argv[1], "parallel_run_step.txt")) as rows:
    print("the total is %d words" % sum(int(row) for row in rows))
