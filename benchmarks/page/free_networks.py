"""Makes networks of one's own at random and checks that summary, training, export and reading agree with Keras.

    python -m benchmarks.page.free_networks [--networks 200] [--seed 15]

Prints what is wrong with any of them. Exit status 1 if anything is.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from harness.networks.agreement import troubles
from harness.networks.random_networks import random_networks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=15)
    options = parser.parse_args()
    began = time.perf_counter()
    networks = random_networks(options.networks, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        found = list(troubles(networks, Path(folder)))
    layers = Counter(len(network.layers) - 1 for network in networks)
    print("layers: " + ", ".join(f"{count} with {number}" for number, count in sorted(layers.items())))
    print(f"{len(networks) - len(found)} of {len(networks)} agree with Keras, in {time.perf_counter() - began:.0f} s")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
