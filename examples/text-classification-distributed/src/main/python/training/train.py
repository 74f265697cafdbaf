"""Trains a small BERT classifier on all processes of the job together, and writes it in Hugging Face's layout.

``python train.py --epochs 10 --model <folder>``, started

- once a node, by ``torchrun``, which tells its processes their ranks, or
- once for each process, by AML, which does the same by RANK, LOCAL_RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT.

``Trainer`` reads these variables either way. Model and tokenizer are made here: nothing is downloaded.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy
import torch
from reviews import LABELS, split
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer, Trainer, TrainingArguments, set_seed

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LONGEST = 16


class Texts(torch.utils.data.Dataset):
    """Tokenized texts with their labels."""

    def __init__(self, reviews: list[tuple[str, int]], tokenizer: BertTokenizer) -> None:
        self.encoded = tokenizer(
            [text for text, _ in reviews], padding="max_length", truncation=True, max_length=LONGEST
        )
        self.labels = [label for _, label in reviews]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, row: int) -> dict[str, torch.Tensor]:
        item = {name: torch.tensor(values[row]) for name, values in self.encoded.items()}
        return {**item, "labels": torch.tensor(self.labels[row])}


def tokenizer_of(texts: list[str]) -> BertTokenizer:
    """A tokenizer whose vocabulary is the words of these texts and, for all others, their letters."""
    words = sorted({word for text in texts for word in text.lower().split()})
    letters = sorted({letter for word in words for letter in word})
    vocabulary = SPECIAL + list(dict.fromkeys(words + letters + [f"##{letter}" for letter in letters]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vocab.txt"
        file.write_text("\n".join(vocabulary), encoding="utf-8")
        return BertTokenizer(str(file), model_max_length=LONGEST)


def model_of(tokenizer: BertTokenizer) -> BertForSequenceClassification:
    """Two layers of BERT, untrained, that know the names of their labels."""
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=LONGEST,
            hidden_dropout_prob=0.0,
            id2label=LABELS,
            label2id={label: number for number, label in LABELS.items()},
        )
    )


def accuracy(prediction) -> dict[str, float]:
    return {"accuracy": float((numpy.argmax(prediction.predictions, axis=-1) == prediction.label_ids).mean())}


def backend() -> str | None:
    """How the processes talk: over the GPUs' own wires where there are some; one alone talks to nobody."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return None
    return "nccl" if torch.cuda.is_available() else "gloo"


def train(folder: Path, epochs: int, work: str) -> dict[str, float]:
    """Trains, and leaves the model in the folder; all processes get the figures, the first one writes."""
    set_seed(0)
    to_train, unseen = split()
    tokenizer = tokenizer_of([text for text, _ in to_train])
    trainer = Trainer(
        model=model_of(tokenizer),
        args=TrainingArguments(
            output_dir=work,
            num_train_epochs=epochs,
            per_device_train_batch_size=4,
            learning_rate=5e-3,
            save_strategy="no",
            logging_strategy="epoch",
            report_to="none",
            disable_tqdm=True,
            use_cpu=not torch.cuda.is_available(),
            ddp_backend=backend(),
            ddp_find_unused_parameters=False,
        ),
        train_dataset=Texts(to_train, tokenizer),
        eval_dataset=Texts(unseen, tokenizer),
        compute_metrics=accuracy,
    )
    print(
        f"process {trainer.args.process_index} of {trainer.args.world_size}, local rank {trainer.args.local_rank}",
        flush=True,
    )
    trainer.train()
    figures = trainer.evaluate()
    trainer.save_model(str(folder))
    if trainer.is_world_process_zero():
        tokenizer.save_pretrained(str(folder))
    return {
        "accuracy": figures["eval_accuracy"],
        "samples": float(len(unseen)),
        "processes": float(trainer.args.world_size),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--model", type=Path, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = train(arguments.model, arguments.epochs, work)
    if int(os.environ.get("RANK", "0")) == 0:
        print(f"accuracy on unseen pairings: {figures['accuracy']:.3f}", flush=True)
        Path("outputs").mkdir(exist_ok=True)
        Path("outputs/metrics.json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
