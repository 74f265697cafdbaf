"""Scoring: texts in, the label of each with its probability out."""

import json
import os
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

model = None
tokenizer = None


def init() -> None:
    """Loads model and tokenizer once a worker, from the folder of the registered version."""
    global model, tokenizer
    found = sorted(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("config.json"))
    if not found:
        raise FileNotFoundError(f"no config.json below {os.environ['AZUREML_MODEL_DIR']}")
    model = AutoModelForSequenceClassification.from_pretrained(found[0].parent, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(found[0].parent, local_files_only=True)


def run(raw_data: str) -> list[dict]:
    """``{"texts": ["...", ...]}`` in, ``[{"label": name, "score": probability}, ...]`` out."""
    texts = json.loads(raw_data)["texts"]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise ValueError("texts must be a list of at least one text")
    encoded = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        probabilities = torch.softmax(model(**encoded).logits, dim=-1)
    scores, labels = probabilities.max(dim=-1)
    return [
        {"label": model.config.id2label[label], "score": round(score, 4)}
        for label, score in zip(labels.tolist(), scores.tolist())
    ]
