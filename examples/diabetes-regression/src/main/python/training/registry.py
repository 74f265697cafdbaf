"""The workspace's model registry, spoken to by MLflow's client: address and token are in the step's environment."""

from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

METRIC = "metric."


@dataclass(frozen=True)
class Registered:
    """A version of the model with the figures that it was registered with."""

    version: int
    tags: dict[str, str]

    @property
    def metrics(self) -> dict[str, float]:
        return {
            name.removeprefix(METRIC): float(value) for name, value in self.tags.items() if name.startswith(METRIC)
        }


def latest(name: str, client: MlflowClient | None = None) -> Registered | None:
    """The newest version, or none when the model is not registered."""
    client = client or MlflowClient()
    try:
        client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code == ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
            return None
        raise
    versions = client.search_model_versions(f"name='{name}'")
    newest = max(versions, key=lambda version: int(version.version), default=None)
    return None if newest is None else Registered(int(newest.version), dict(newest.tags))


def register(name: str, source: str, run_id: str, tags: dict[str, str], client: MlflowClient | None = None) -> int:
    """Makes the next version from a folder of a run's artifacts and returns its number."""
    client = client or MlflowClient()
    if latest(name, client) is None:
        client.create_registered_model(name)
    return int(client.create_model_version(name, source, run_id, tags=tags).version)
