import os
import sys

print("the word is " + open(os.path.join(sys.argv[1], "word.txt")).read())
