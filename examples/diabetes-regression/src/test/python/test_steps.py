"""The steps without AML: what each computes, decides, and hands on as files."""

import json
import sys

import evaluate
import joblib
import pytest
import register
import registry
import score
import train


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """The folders that the first step leaves."""
    model, held_out = tmp_path / "model", tmp_path / "held_out"
    monkeypatch.setattr(
        sys,
        "argv",
        f"train.py --alpha 0.4 --test_share 0.25 --model {model} --held_out {held_out}".split(),
    )
    train.main()
    return model, held_out


def test_parameters_reach_the_model(trained):
    model, _ = trained
    assert joblib.load(model / "model.joblib").alpha == 0.4
    assert json.loads((model / "parameters.json").read_text()) == {"alpha": 0.4}


def test_same_parameters_give_the_same_content(trained, tmp_path):
    features, _, progression, _ = train.split(0.25)
    (tmp_path / "again").mkdir()
    joblib.dump(train.train(features, progression, 0.4), tmp_path / "again" / "model.joblib")
    (tmp_path / "again" / "parameters.json").write_text('{"alpha": 0.4}')
    assert register.digest(trained[0]) == register.digest(tmp_path / "again")


def test_a_strong_penalty_is_measured_as_worse():
    features, tested, progression, measured = train.split(0.2)
    good, bad = (evaluate.measure(train.train(features, progression, a), tested, measured) for a in (0.1, 100))
    assert good["mse"] < bad["mse"]
    assert good["samples"] == len(measured)


@pytest.mark.parametrize(("before", "outcome"), [(3000, "promote"), (2000, "keep"), (2500, "keep")])
def test_only_a_better_model_is_promoted(before, outcome):
    registered = registry.Registered(3, {"metric.mse": str(before), "BuildId": "7"})
    assert evaluate.decide({"mse": 2500.0}, registered)["outcome"] == outcome


def test_the_first_model_is_promoted():
    assert evaluate.decide({"mse": 2500.0}, None)["outcome"] == "promote"


def test_a_version_without_the_figure_decides_nothing():
    with pytest.raises(ValueError, match="no tag metric.mse"):
        evaluate.decide({"mse": 1.0}, registry.Registered(1, {}))


def test_tags_lead_to_the_build_and_to_the_next_comparison():
    tags = register.tags({"metrics": {"mse": 2.5}}, {"alpha": 0.4}, "abc", "42", "run")
    assert tags["BuildId"] == "42" and tags["parameter.alpha"] == "0.4"
    assert registry.Registered(1, tags).metrics == {"mse": 2.5}


def test_one_answer_for_each_patient(trained, monkeypatch):
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(trained[0]))
    score.init()
    _, tested, _, _ = train.split(0.25)
    answer = score.run(json.dumps({"data": tested[:3].tolist()}))["progression"]
    assert len(answer) == 3 and all(25 < value < 350 for value in answer)
    with pytest.raises(ValueError, match="patient 0 has 2 measurements"):
        score.run('{"data": [[1, 2]]}')
