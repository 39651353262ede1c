"""The heaviest message and the heaviest files that a search finds: how long each is worked on, in how much memory.

    python -m benchmarks.heaviest [--tries 6] [--seed 0] [--most-seconds 3] [--most-mb 300] [--least-rate 0.8]

A message is a frame of the Draw page; a file of up to 40 kB or 5 MB goes the way of the Batch page. Makers of heavy
files (`makers.py`) draw their shapes at random, `--tries` of each, by a seed. Each is read in a new process,
forked after all is imported. "Answered" is when it has been read or refused, or, where it holds digits, when the
first of them have been read; after so many seconds whatever still goes on is cancelled, as a visitor would, and
"ended" is when it was over. Memory is the peak, less what the process had before. Of each kind the heaviest is shown.
On a machine that is busy with other things, `--by-processor` counts the processor's seconds, of all
threads.

Then five drawers draw, alone and beside somebody who sends the heaviest message again and again, and who drops the
heaviest file. Ends with status 1 where a target is missed.
"""
