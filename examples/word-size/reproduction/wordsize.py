"""Prints the byte order and the size of time_t; ends with 1 where the one that is named is unusual."""

import sys
import time


def time_t_bits():
    try:
        # One second after the last one that 32 bits can hold.
        time.gmtime(2**31)
    except (OverflowError, ValueError):
        return 32
    return 64


bits = time_t_bits()
print("byte order: " + sys.byteorder)
print("time_t: %d bits" % bits)
usual = {"byte-order": sys.byteorder == "little", "time_t": bits == 64}
sys.exit(0 if usual[sys.argv[1]] else 1)
