import pytest
from sklearn.datasets import load_wine

from train import evaluate, train


@pytest.fixture(scope="module")
def wine():
    return load_wine()


def test_clusters_agree_with_the_cultivars(wine):
    metrics = evaluate(train(wine.data, clusters=3), wine.data, wine.target)
    assert metrics["adjusted_rand_index"] > 0.8


def test_same_seed_gives_the_same_clusters(wine):
    first = train(wine.data, clusters=3).predict(wine.data)
    second = train(wine.data, clusters=3).predict(wine.data)
    assert first.tolist() == second.tolist()
