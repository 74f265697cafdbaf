"""Groups the wines of scikit-learn's own data set by k-means and writes the model with its quality.

The step of the training job: ``python train.py --clusters 3 --model-output <folder>``.
"""

import argparse
import json
from pathlib import Path

import joblib
from sklearn.cluster import KMeans
from sklearn.datasets import load_wine
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler


def train(features, clusters: int, seed: int = 0) -> Pipeline:
    """Scales the features (rows: wines, columns: measurements) and fits the centres."""
    model = make_pipeline(StandardScaler(), KMeans(n_clusters=clusters, n_init=10, random_state=seed))
    model.fit(features)
    return model


def evaluate(model: Pipeline, features, cultivars) -> dict[str, float]:
    """How compact the clusters are, and how well they agree with the true cultivars, which training never saw."""
    labels = model.predict(features)
    scaled = model.named_steps["standardscaler"].transform(features)
    return {
        "silhouette": float(silhouette_score(scaled, labels)),
        "adjusted_rand_index": float(adjusted_rand_score(cultivars, labels)),
        "inertia": float(model.named_steps["kmeans"].inertia_),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=3)
    parser.add_argument("--model-output", type=Path, required=True)
    arguments = parser.parse_args()

    wine = load_wine()
    print(f"{len(wine.data)} wines, {wine.data.shape[1]} measurements each, {arguments.clusters} clusters")
    model = train(wine.data, arguments.clusters)
    metrics = evaluate(model, wine.data, wine.target)
    for name, value in metrics.items():
        print(f"{name}: {value:.4f}")

    arguments.model_output.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, arguments.model_output / "model.joblib")
    Path("outputs").mkdir(exist_ok=True)
    Path("outputs/metrics.json").write_text(json.dumps(metrics), encoding="utf-8")


if __name__ == "__main__":
    main()
