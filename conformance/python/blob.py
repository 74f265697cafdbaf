#!/usr/bin/env python3
"""Drives the emulator's Blob storage with azure-storage-blob, unmodified. Last line: ``N passed, N failed``."""

import datetime
import json
import ssl
import sys
import traceback
import urllib.error
import urllib.request
import uuid

sys.dont_write_bytecode = True

from emulator import Emulator

SCENARIOS = []


def scenario(function):
    SCENARIOS.append(function)
    return function


class Fixture:
    """What a scenario is given: the account's client with its key, and a container of its own."""

    def __init__(self, emulator: Emulator, account: str, key: str) -> None:
        from azure.storage.blob import BlobServiceClient

        self.emulator = emulator
        self.account = account
        self.key = key
        self.url = emulator.https.replace("https://", f"https://{account}.blob.")
        self.service = BlobServiceClient(self.url, credential={"account_name": account, "account_key": key})
        self.container = self.service.create_container("c" + uuid.uuid4().hex[:10])

    def client(self, credential, container: str = ""):
        from azure.storage.blob import ContainerClient

        return ContainerClient(self.url, container or self.container.container_name, credential=credential)


def later(minutes: int = 10) -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)


def refused(action, status: int, code: str = "") -> None:
    from azure.core.exceptions import HttpResponseError

    try:
        action()
    except HttpResponseError as error:
        assert error.status_code == status, (error.status_code, error)
        assert not code or error.error_code == code, error.error_code
        return
    raise AssertionError(f"not refused with {status}")


@scenario
def blob_goes_up_and_comes_down_with_headers_and_metadata(f):
    from azure.storage.blob import ContentSettings

    blob = f.container.get_blob_client("a folder/ü 1.txt")
    blob.upload_blob(
        b"hello", metadata={"one": "1"}, content_settings=ContentSettings("text/plain", content_language="en", cache_control="x")
    )
    found = blob.get_blob_properties()
    assert found.size == 5 and found.metadata == {"one": "1"}, found
    assert found.content_settings.content_type == "text/plain" and found.content_settings.cache_control == "x"
    assert found.blob_type == "BlockBlob" and found.etag and found.creation_time
    assert blob.download_blob().readall() == b"hello"
    blob.set_http_headers(ContentSettings("text/html"))
    blob.set_blob_metadata({"two": "2"})
    found = blob.get_blob_properties()
    assert found.content_settings.content_type == "text/html" and found.metadata == {"two": "2"}
    refused(lambda: blob.upload_blob(b"again"), 409, "BlobAlreadyExists")
    blob.upload_blob(b"again", overwrite=True)
    blob.delete_blob()
    assert not blob.exists()


@scenario
def blocks_are_staged_listed_committed_and_reordered(f):
    from azure.storage.blob import BlobBlock

    blob = f.container.get_blob_client("blocks")
    for name, data in (("001", b"aaa"), ("002", b"bbb"), ("003", b"ccc")):
        blob.stage_block(name, data)
    committed, staged = blob.get_block_list("all")
    assert committed == [] and [b.id for b in staged] == ["001", "002", "003"], staged
    assert not blob.exists()
    blob.commit_block_list([BlobBlock("002"), BlobBlock("001")])
    assert blob.download_blob().readall() == b"bbbaaa"
    blob.stage_block("004", b"d")
    blob.commit_block_list([BlobBlock("001"), BlobBlock("004")])
    assert blob.download_blob().readall() == b"aaad"
    refused(lambda: blob.commit_block_list([BlobBlock("009")]), 400, "InvalidBlockList")


@scenario
def large_blob_goes_up_in_blocks_and_comes_down_in_ranges(f):
    import hashlib

    from azure.storage.blob import BlobClient

    data = bytes(range(256)) * 4096 * 40
    blob = BlobClient(
        f.url,
        f.container.container_name,
        "large",
        credential={"account_name": f.account, "account_key": f.key},
        max_single_put_size=1 << 20,
        max_block_size=4 << 20,
        max_single_get_size=1 << 20,
        max_chunk_get_size=4 << 20,
    )
    blob.upload_blob(data, max_concurrency=4, validate_content=True)
    assert len(blob.get_block_list("committed")[0]) == 10
    assert hashlib.sha256(blob.download_blob(max_concurrency=4).readall()).digest() == hashlib.sha256(data).digest()


@scenario
def ranges_are_exact(f):
    blob = f.container.get_blob_client("ranges")
    blob.upload_blob(b"0123456789")
    assert blob.download_blob(offset=2, length=3).readall() == b"234"
    assert blob.download_blob(offset=8, length=50).readall() == b"89"
    assert blob.download_blob(offset=9).readall() == b"9"
    refused(lambda: blob.download_blob(offset=10, length=1), 416, "InvalidRange")


@scenario
def conditional_headers_hold(f):
    from azure.core import MatchConditions
    from azure.core.exceptions import ResourceModifiedError

    blob = f.container.get_blob_client("conditional")
    first = blob.upload_blob(b"1")["etag"]
    matches = {"etag": first, "match_condition": MatchConditions.IfNotModified}
    differs = {"etag": first, "match_condition": MatchConditions.IfModified}
    assert blob.download_blob(**matches).readall() == b"1"
    refused(lambda: blob.download_blob(**differs), 304)
    second = blob.upload_blob(b"2", overwrite=True, **matches)["etag"]
    assert second != first
    refused(lambda: blob.upload_blob(b"3", overwrite=True, **matches), 412, "ConditionNotMet")
    refused(lambda: blob.delete_blob(**matches), 412)
    refused(lambda: blob.set_blob_metadata({"a": "b"}, **matches), 412)
    refused(lambda: blob.download_blob(if_modified_since=later()), 304)
    refused(lambda: blob.download_blob(if_unmodified_since=later(-60)), 412)
    refused(lambda: blob.upload_blob(b"3", match_condition=MatchConditions.IfMissing), 409)


@scenario
def listing_has_prefixes_pages_and_metadata(f):
    names = [f"{folder}/{i:02}.txt" for folder in "ab" for i in range(7)] + ["top.txt", "ü & <x>.txt"]
    for name in names:
        f.container.upload_blob(name, name.encode(), metadata={"m": "1"})
    assert [b.name for b in f.container.list_blobs()] == sorted(names)
    assert [b.name for b in f.container.list_blobs("a/0")] == [f"a/{i:02}.txt" for i in range(7)]
    assert all(b.metadata == {"m": "1"} for b in f.container.list_blobs(include=["metadata"]))
    walked = list(f.container.walk_blobs())
    assert [b.name for b in walked] == ["a/", "b/", "top.txt", "ü & <x>.txt"], walked
    assert [b.name for b in f.container.walk_blobs("a/")] == [f"a/{i:02}.txt" for i in range(7)]
    pages = f.container.list_blobs(results_per_page=5).by_page()
    sizes = [len(list(page)) for page in pages]
    assert sizes == [5, 5, 5, 1], sizes
    token_pages = f.container.list_blobs(results_per_page=5).by_page()
    next(token_pages)
    resumed = f.container.list_blobs(results_per_page=50).by_page(token_pages.continuation_token)
    assert len(list(next(resumed))) == len(names) - 5
    assert list(f.container.list_blob_names(name_starts_with="b/06")) == ["b/06.txt"]


@scenario
def containers_are_made_listed_described_and_deleted(f):
    name = f.container.container_name
    refused(lambda: f.service.create_container(name), 409, "ContainerAlreadyExists")
    f.container.set_container_metadata({"k": "v"})
    assert f.container.get_container_properties().metadata == {"k": "v"}
    assert name in [c.name for c in f.service.list_containers(name[:5])]
    assert [c.metadata for c in f.service.list_containers(name, include_metadata=True)] == [{"k": "v"}]
    f.container.delete_container()
    assert not f.container.exists()
    refused(lambda: list(f.container.list_blobs()), 404, "ContainerNotFound")


@scenario
def blob_is_copied_within_and_between_containers(f):
    from azure.storage.blob import generate_blob_sas, BlobSasPermissions

    source = f.container.get_blob_client("source")
    source.upload_blob(b"copied", metadata={"a": "b"})
    target = f.service.create_container("t" + uuid.uuid4().hex[:10]).get_blob_client("target")
    sas = generate_blob_sas(
        f.account, source.container_name, source.blob_name, account_key=f.key, permission=BlobSasPermissions(read=True), expiry=later()
    )
    answer = target.start_copy_from_url(source.url + "?" + sas)
    assert answer["copy_status"] == "success", answer
    assert target.download_blob().readall() == b"copied"
    assert target.get_blob_properties().metadata == {"a": "b"}
    again = f.container.get_blob_client("again")
    again.upload_blob_from_url(source.url + "?" + sas)
    assert again.download_blob().readall() == b"copied"


@scenario
def service_sas_of_container_and_blob_grants_what_it_says(f):
    from azure.storage.blob import BlobSasPermissions, ContainerSasPermissions, generate_blob_sas, generate_container_sas

    f.container.upload_blob("one", b"1")
    f.container.upload_blob("two", b"2")
    name = f.container.container_name
    read = f.client(
        generate_container_sas(f.account, name, account_key=f.key, permission=ContainerSasPermissions(read=True, list=True), expiry=later())
    )
    assert [b.name for b in read.list_blobs()] == ["one", "two"]
    assert read.download_blob("one").readall() == b"1"
    refused(lambda: read.upload_blob("three", b"3"), 403, "AuthorizationPermissionMismatch")
    one = f.client(
        generate_blob_sas(f.account, name, "one", account_key=f.key, permission=BlobSasPermissions(read=True, write=True), expiry=later())
    )
    assert one.download_blob("one").readall() == b"1"
    one.upload_blob("one", b"changed", overwrite=True)
    refused(lambda: one.download_blob("two"), 403)
    refused(lambda: list(one.list_blobs()), 403)
    old = f.client(
        generate_container_sas(f.account, name, account_key=f.key, permission=ContainerSasPermissions(read=True), expiry=later(-1))
    )
    refused(lambda: old.download_blob("one"), 403, "AuthenticationFailed")
    forged = f.client(
        generate_container_sas(f.account, name, account_key="bm90IHRoZSBrZXk=", permission=ContainerSasPermissions(read=True), expiry=later())
    )
    refused(lambda: forged.download_blob("one"), 403, "AuthenticationFailed")


@scenario
def account_sas_grants_by_resource_type(f):
    from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

    f.container.upload_blob("one", b"1")

    def sas(types, permission):
        return generate_account_sas(f.account, f.key, types, permission, later())

    objects = f.client(sas(ResourceTypes(object=True), AccountSasPermissions(read=True)))
    assert objects.download_blob("one").readall() == b"1"
    refused(lambda: list(objects.list_blobs()), 403, "AuthorizationResourceTypeMismatch")
    containers = f.client(sas(ResourceTypes(container=True), AccountSasPermissions(list=True)))
    assert [b.name for b in containers.list_blobs()] == ["one"]
    refused(lambda: containers.download_blob("one"), 403)


@scenario
def user_delegation_key_signs_sas(f):
    from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas

    service = BlobServiceClient(f.url, credential=f.emulator.credential())
    key = service.get_user_delegation_key(later(-5), later(60))
    f.container.upload_blob("one", b"1")
    shared = f.client(
        generate_container_sas(
            f.account,
            f.container.container_name,
            user_delegation_key=key,
            permission=ContainerSasPermissions(read=True),
            expiry=later(),
        )
    )
    assert shared.download_blob("one").readall() == b"1"
    refused(lambda: shared.upload_blob("two", b"2"), 403)


@scenario
def entra_token_and_no_credential_are_told_apart(f):
    f.container.upload_blob("one", b"1")
    assert f.client(f.emulator.credential()).download_blob("one").readall() == b"1"
    anonymous = f.client(None)
    try:
        urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=f.emulator.certificate)),
        ).open(anonymous.url + "/one", timeout=10)
    except urllib.error.HTTPError as error:
        assert error.code in (401, 404, 409), error.code
    else:
        raise AssertionError("served without a credential")
    refused(lambda: f.client({"account_name": f.account, "account_key": "bm90IHRoZSBrZXk="}).download_blob("one"), 403, "AuthenticationFailed")


@scenario
def damaged_content_is_refused(f):
    from azure.storage.blob import ContentSettings

    blob = f.container.get_blob_client("md5")
    blob.upload_blob(b"content", validate_content=True)
    refused(lambda: blob.stage_block("001", b"x", headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}), 400, "Md5Mismatch")
    blob.upload_blob(b"x", overwrite=True, content_settings=ContentSettings(content_md5=bytearray(16)))
    assert blob.get_blob_properties().content_settings.content_md5 == bytearray(16)


@scenario
def names_that_are_not_allowed_are_refused(f):
    refused(lambda: f.service.create_container("Upper_Case"), 400)
    refused(lambda: f.container.get_blob_client("nothing").download_blob(), 404, "BlobNotFound")
    refused(lambda: f.container.get_blob_client("nothing").delete_blob(), 404, "BlobNotFound")


def account_and_key(emulator: Emulator) -> tuple[str, str]:
    """As ``az storage account keys list``: by Resource Manager."""
    token = emulator.token("https://management.azure.com")
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=emulator.certificate)),
    )
    accounts = (
        f"{emulator.https}/subscriptions/{emulator.subscription}/resourceGroups/{emulator.group}"
        "/providers/Microsoft.Storage/storageAccounts"
    )

    def call(method: str, url: str) -> dict:
        request = urllib.request.Request(
            url + "?api-version=2023-05-01", b"" if method == "POST" else None, {"Authorization": f"Bearer {token}"}, method=method
        )
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)

    name = call("GET", accounts)["value"][0]["name"]
    return name, call("POST", f"{accounts}/{name}/listKeys")["keys"][0]["value"]


def main() -> None:
    emulator = Emulator.start()
    emulator.configure_clients()
    passed, failed = 0, 0
    try:
        account, key = account_and_key(emulator)
        for run in SCENARIOS:
            try:
                run(Fixture(emulator, account, key))
                passed += 1
                print(f"ok    {run.__name__}", flush=True)
            except Exception:  # a scenario that fails must not hide the others
                failed += 1
                print(f"FAIL  {run.__name__}", flush=True)
                traceback.print_exc()
        emulator.record("blob")
    finally:
        emulator.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
