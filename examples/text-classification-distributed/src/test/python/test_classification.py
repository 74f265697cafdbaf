"""One process alone: the data, the tokenizer, the layout of the model's folder, and scoring with it."""

import json

import pytest
import reviews
import score
import train


def test_what_is_measured_with_was_not_trained_with():
    to_train, unseen = reviews.split()
    assert len(to_train) + len(unseen) == len(reviews.reviews())
    assert not {text for text, _ in to_train} & {text for text, _ in unseen}
    assert {label for _, label in unseen} == {0, 1}


def test_words_are_tokens_and_unknown_words_are_spelled():
    tokenizer = train.tokenizer_of(["the lamp is great"])
    assert tokenizer.tokenize("The lamp") == ["the", "lamp"]
    assert tokenizer.tokenize("mast") == ["m", "##a", "##s", "##t"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registered") / "model"
    figures = train.train(folder, 4, str(tmp_path_factory.mktemp("work")))
    return folder, figures


def test_the_folder_has_the_layout_that_transformers_loads(model):
    folder, figures = model
    files = {file.name for file in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt"} <= files
    assert json.loads((folder / "config.json").read_text())["id2label"] == {"0": "complaint", "1": "praise"}
    assert figures["processes"] == 1 and figures["accuracy"] > 0.8


def test_praise_and_complaint_are_told_apart(model, monkeypatch):
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(model[0].parent))
    score.init()
    answer = score.run(json.dumps({"texts": ["my kettle is lovely", "the coat is awful"]}))
    assert [each["label"] for each in answer] == ["praise", "complaint"]
    assert all(0.5 < each["score"] <= 1 for each in answer)
    with pytest.raises(ValueError, match="at least one text"):
        score.run('{"texts": []}')


def test_missing_model_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="config.json"):
        score.init()
