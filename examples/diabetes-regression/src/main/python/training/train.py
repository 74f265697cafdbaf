"""First step: fits a ridge regression to scikit-learn's diabetes data and keeps some patients back for the next step.

``python train.py --alpha 0.4 --test_share 0.2 --model <folder> --held_out <folder>``
"""

import argparse
import json
from pathlib import Path

import joblib
import numpy
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

SEED = 0


def split(test_share: float) -> list[numpy.ndarray]:
    """Features to train with and to test with, then what was measured a year later, in the same order."""
    diabetes = load_diabetes()
    return train_test_split(diabetes.data, diabetes.target, test_size=test_share, random_state=SEED)


def train(features: numpy.ndarray, progression: numpy.ndarray, alpha: float) -> Ridge:
    """``alpha`` is the strength of the penalty on large coefficients."""
    return Ridge(alpha=alpha).fit(features, progression)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alpha", type=float, required=True)
    parser.add_argument("--test_share", type=float, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--held_out", type=Path, required=True)
    arguments = parser.parse_args()

    features, tested, progression, measured = split(arguments.test_share)
    print(f"{len(features)} patients to train with, {len(tested)} held out, alpha {arguments.alpha}")
    arguments.model.mkdir(parents=True, exist_ok=True)
    joblib.dump(train(features, progression, arguments.alpha), arguments.model / "model.joblib")
    (arguments.model / "parameters.json").write_text(json.dumps({"alpha": arguments.alpha}), encoding="utf-8")
    arguments.held_out.mkdir(parents=True, exist_ok=True)
    numpy.savez(arguments.held_out / "patients.npz", features=tested, progression=measured)


if __name__ == "__main__":
    main()
