# SPDX-License-Identifier: Apache-2.0
"""CPU seconds pyCANON takes for k, distinct l and t of a CSV file.

usage: pycanon_check.py FILE QI,QI,... SENSITIVE REPETITIONS

Reading the file is not counted. Prints a line for each metric: its name, the
value and the median of the seconds.
"""
import statistics
import sys
import time

import pandas
from pycanon import anonymity

file, quasi_identifiers, sensitive, repetitions = sys.argv[1:]
table = pandas.read_csv(file)
quasi_identifiers = quasi_identifiers.split(",")
for name, check in (
    ("k", lambda: anonymity.k_anonymity(table, quasi_identifiers)),
    ("l", lambda: anonymity.l_diversity(table, quasi_identifiers, [sensitive])),
    ("t", lambda: anonymity.t_closeness(table, quasi_identifiers, [sensitive])),
):
    seconds = []
    for _ in range(int(repetitions)):
        start = time.process_time()
        value = check()
        seconds.append(time.process_time() - start)
    print(name, value, statistics.median(seconds), flush=True)
