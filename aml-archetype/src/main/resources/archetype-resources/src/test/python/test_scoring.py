import json

import joblib
import pytest
import score
from sklearn.datasets import load_wine
from train import train


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    wine = load_wine()
    (tmp_path / "model").mkdir()
    joblib.dump(train(wine.data, clusters=3), tmp_path / "model" / "model.joblib")
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path))
    score.init()
    return wine


def test_one_cluster_for_each_wine(loaded):
    answer = score.run(json.dumps({"data": loaded.data[:5].tolist()}))
    assert len(answer["clusters"]) == 5
    assert set(answer["clusters"]) <= {0, 1, 2}


def test_a_wine_with_too_few_measurements_is_named(loaded):
    with pytest.raises(ValueError, match="wine 0 has 2 measurements"):
        score.run(json.dumps({"data": [[1.0, 2.0]]}))


def test_missing_model_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="model.joblib"):
        score.init()
