"""Which images do files of every kind name, and what is said of those that cannot be read?"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mlaudit.facts import ActionRef, Build, Fact, ImageRef, Transfer, Unreadable, Upgrade
from mlaudit.facts.images import is_whole
from mlaudit.files.discover import reader_for
from mlaudit.readers import configuration
from mlaudit.readers.commands import apptainer, compose, devcontainer, dockerfile, platforms, script, workflow
from mlaudit.readers.manifests import conda
from mlaudit.source import Source

from .reading import facts, packages, under

DIGEST = "sha256:" + "0" * 64
Read = Callable[[Source], Iterator[Fact]]


def named(read: Read, path: str, text: str) -> list[tuple[str, ...]]:
    """Text under, role, and what is known of each image: name, tag and digest, or `?`."""
    source, found = facts(read, path, text)
    return [
        (under(source, fact.at), fact.role, *(part for part in (fact.name, fact.tag, fact.digest) if part))
        if fact.concrete
        else (under(source, fact.at), fact.role, "?")
        for fact in found
        if isinstance(fact, ImageRef) and not fact.stage
    ]


@pytest.mark.parametrize(
    "text",
    [
        "python",
        "python:3.12",
        "registry:5000/python",
        "localhost/x:1",
        "nvcr.io/nvidia/pytorch:24.01-py3",
        f"docker.io/library/python:3.12@{DIGEST}",
        "123.dkr.ecr.us-east-1.amazonaws.com/train:latest",
        "pytorch/pytorch:0.4_cuda9_cudnn7",
    ],
)
def test_a_reference(text: str) -> None:
    assert is_whole(text)


@pytest.mark.parametrize(
    "text", ["", "$X", "python:${V}", "YOUR_IMAGE", "<image>", "{{ image }}", "a b", "x:", "python:a:b", "a/" * 2000]
)
def test_no_reference(text: str) -> None:
    assert not is_whole(text)


FILES: dict[str, tuple[Read, str, str, list[tuple[str, ...]]]] = {
    "stages, arguments, quotes": (
        dockerfile.read,
        "Dockerfile",
        'ARG V=3.12\nFROM "python:${V}" AS a\nFROM a AS b\nFROM scratch\nARG V=2\nFROM x:$W\n',
        [("python:${V}", "base", "python", "3.12"), ("scratch", "base", "scratch"), ("x:$W", "base", "?")],
    ),
    "copies, mounts, the frontend": (
        dockerfile.read,
        "Dockerfile",
        "# syntax=docker/dockerfile:1.7\nFROM a:1 AS b\nCOPY --from=b /x /x\nCOPY --from=0 /x /x\n"
        "COPY --chown=1 --from=c:2 /x /x\nRUN --mount=type=bind,from=d:3,target=/y ls\n",
        [
            ("docker/dockerfile:1.7", "frontend", "docker/dockerfile", "1.7"),
            ("a:1", "base", "a", "1"),
            ("c:2", "copy", "c", "2"),
            ("d:3", "copy", "d", "3"),
        ],
    ),
    "services of compose": (
        compose.read,
        "compose.yaml",
        "services:\n  a:\n    image: postgres:${V:-16}\n  b:\n    image: $X\n  c:\n    build: .\n    image: own:1\n",
        [("postgres:${V:-16}", "run", "postgres", "16"), ("$X", "run", "?")],
    ),
    "the first form of compose": (compose.read, "docker-compose.yml", "a:\n  image: b:1\n", [("b:1", "run", "b", "1")]),
    "anchors and merges of merges": (
        compose.read,
        "compose.yaml",
        "x-a: &a\n  image: r:1\nx-b: &b\n  <<: *a\n  restart: always\nservices:\n  c:\n    <<: *b\n  d:\n    <<: [*b]\n    image: s:2\n",
        [("r:1", "run", "r", "1"), ("s:2", "run", "s", "2")],
    ),
    "a dev container": (
        devcontainer.read,
        ".devcontainer/devcontainer.json",
        '{\n// c\n"image": "m/python:3.12", // "image": "no"\n"features": {"ghcr.io/f/node:1": {}, "./own": {},},\n}\n',
        [("m/python:3.12", "run", "m/python", "3.12"), ("ghcr.io/f/node:1", "feature", "ghcr.io/f/node", "1")],
    ),
    "a job of GitHub and its services": (
        workflow.read,
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    container: p:1\n    services:\n      db: {image: q:2}\n  b:\n    container:\n"
        "      image: ${{ needs.a.outputs.i }}\n    steps:\n    - uses: docker://r:3\n",
        [("p:1", "run", "p", "1"), ("q:2", "service", "q", "2"), ("${{ needs.a.outputs.i }}", "run", "?"), ("r:3", "run", "r", "3")],
    ),
    "a matrix of images, and one that a matrix fills in part": (
        workflow.read,
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    strategy: {matrix: {i: ['p:1', 'p:2'], v: [3, 4]}}\n    container: ${{ matrix.i }}\n"
        "    services: {d: {image: 'q:${{ matrix.v }}'}}\n",
        [("p:1", "run", "p", "1"), ("p:2", "run", "p", "2"), ("q:${{ matrix.v }}", "service", "?")],
    ),
    "an action in an image": (
        workflow.read, "action.yml", "runs:\n  using: docker\n  image: docker://p:1\n", [("p:1", "run", "p", "1")]
    ),
    "GitLab": (
        workflow.read,
        ".gitlab-ci.yml",
        "variables: {V: '3'}\nimage: p:$V\ndefault:\n  image: {name: q:2}\na:\n  services: [r, {name: 's:4'}]\n  image: $CI_X\n",
        [("p:$V", "run", "p", "3"), ("q:2", "run", "q", "2"), ("$CI_X", "run", "?"), ("r", "service", "r"), ("s:4", "service", "s", "4")],
    ),
    "CircleCI": (
        workflow.read,
        ".circleci/config.yml",
        "jobs:\n  a:\n    docker:\n    - image: p:1\n    - image: q:2\n  b:\n    docker:\n    - image: << parameters.i >>\n",
        [("p:1", "run", "p", "1"), ("q:2", "service", "q", "2"), ("<< parameters.i >>", "run", "?")],
    ),
    "Azure Pipelines, by an alias": (
        workflow.read,
        "azure-pipelines.yml",
        "resources:\n  containers:\n  - container: box\n    image: p:1\njobs:\n- job: a\n  container: box\n- job: b\n  container: q:2\n",
        [("p:1", "run", "p", "1"), ("q:2", "run", "q", "2")],
    ),
    "valohai.yaml": (
        platforms.read,
        "valohai.yaml",
        "- step:\n    image: p:1\n- endpoint:\n    image: q\n- step:\n    image: 'r:{parameter:x}'\n",
        [("p:1", "run", "p", "1"), ("q", "run", "q"), ("r:{parameter:x}", "run", "?")],
    ),
    "MLproject": (platforms.read, "MLproject", "docker_env:\n  image: a/b:1\n", [("a/b:1", "run", "a/b", "1")]),
    "Apptainer, its arguments and stages": (
        apptainer.read,
        "a.def",
        "Bootstrap: docker\nFrom: p:{{ V }}\nStage: build\n\n%arguments\n    V=3\n\n%post\n    make\n\nBootstrap: localimage\n"
        "From: x.sif\n\nbootstrap: docker\nfrom: q:{{ W }}  # why\n",
        [("p:{{ V }}", "base", "p", "3"), ("q:{{ W }}", "base", "?")],
    ),
    "Kubernetes": (
        configuration.read,
        "k8s/job.yaml",
        "apiVersion: batch/v1\nkind: Job\nspec:\n  template:\n    spec:\n      initContainers: [{image: p}]\n"
        "      containers:\n      - image: 'q:1'\n      volumes: [{rbd: {image: no}}]\n",
        [("p", "service", "p"), ("q:1", "run", "q", "1")],
    ),
    "Argo": (
        configuration.read,
        "wf.yaml",
        "apiVersion: argoproj.io/v1\nkind: Workflow\nspec:\n  templates:\n  - container: {image: p:1}\n"
        "  - script: {image: '{{inputs.parameters.i}}'}\n",
        [("p:1", "run", "p", "1"), ("{{inputs.parameters.i}}", "run", "?")],
    ),
    "components and pipelines of Kubeflow": (
        configuration.read,
        "component.yaml",
        "name: x\nimplementation:\n  container:\n    image: p:1\n---\ndeploymentSpec:\n  executors:\n    e:\n      container:\n        image: q:2\n",
        [("p:1", "run", "p", "1"), ("q:2", "run", "q", "2")],
    ),
    "Azure ML, in a file with the name of an environment": (
        conda.read,
        "environment.yml",
        "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nimage: p:1\nconda_file: c.yml\n",
        [("p:1", "run", "p", "1")],
    ),
    "SkyPilot": (configuration.read, "t.yaml", "resources:\n  image_id: docker:p:1\n", [("p:1", "run", "p", "1")]),
    "Vertex AI": (configuration.read, "v.yaml", "a:\n- containerSpec: {imageUri: p:1}\n", [("p:1", "run", "p", "1")]),
    "the values of a chart": (
        configuration.read,
        "values.yaml",
        "image:\n  repository: a/b\n  tag: latest\nsidecarImage:\n  repository: c/d\n  tag: ''\n",
        [("latest", "run", "a/b", "latest")],
    ),
    "a template of a chart, and YAML that is none of these": (
        configuration.read, "templates/x.yaml", "apiVersion: v1\nkind: Pod\nspec: {{ toYaml . }}\nimage: x\n", []
    ),
    "pictures": (configuration.read, "labels.yaml", "image: cat.png\nrows:\n- image: dog.png\n", []),
}  # fmt: skip


@pytest.mark.parametrize(("read", "path", "text", "expected"), FILES.values(), ids=FILES)
def test_images(read: Read, path: str, text: str, expected: list[tuple[str, ...]]) -> None:
    assert sorted(named(read, path, text)) == sorted(expected)


BUILDS: dict[str, tuple[Read, str, str, dict[str, Any]]] = {
    "compose": (
        compose.read,
        "deploy/compose.yaml",
        "services:\n  a:\n    image: own:1\n    platform: linux/arm64\n    build: {context: ../, dockerfile: d/Dockerfile, target: t}\n",
        {"dockerfile": "d/Dockerfile", "context": ".", "names": ("own:1",), "platforms": ("linux/arm64",), "target": "t"},
    ),
    "a dev container": (
        devcontainer.read,
        ".devcontainer/devcontainer.json",
        '{"build": {"dockerfile": "../Dockerfile", "context": "..",},}',
        {"dockerfile": "Dockerfile", "context": "."},
    ),
    "a command": (
        script.read,
        "build.sh",
        "sudo docker buildx build \\\n  -t a:1 --tag=b --platform linux/amd64,linux/arm64 -f x/Dockerfile --build-arg V=1 x\n",
        {"dockerfile": "x/Dockerfile", "context": "x", "names": ("a:1", "b"), "platforms": ("linux/amd64", "linux/arm64")},
    ),
    "a step of CI": (
        workflow.read,
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: x\n        tags: |\n          a/b:1\n          a/b:2\n",
        {"dockerfile": "x/Dockerfile", "context": "x", "names": ("a/b:1", "a/b:2")},
    ),
    "cog.yaml": (platforms.read, "cog.yaml", "image: r8.example/a/b\nbuild: {}\n", {"names": ("r8.example/a/b",)}),
    "a context that is not known": (script.read, "b.sh", 'docker build -t x "$DIR"\n', {"dockerfile": "?", "names": ("x",)}),
}  # fmt: skip


@pytest.mark.parametrize(("read", "path", "text", "expected"), BUILDS.values(), ids=BUILDS)
def test_builds(read: Read, path: str, text: str, expected: dict[str, Any]) -> None:
    _, found = facts(read, path, text)
    [build] = [fact for fact in found if isinstance(fact, Build)]
    assert {name: getattr(build, name) for name in expected} == expected


@pytest.mark.parametrize(
    "text", ["docker compose build\n", "docker run build\n", "docker-compose build\n", "echo docker\n"]
)
def test_commands_that_say_nothing_of_a_build(text: str) -> None:
    assert not [fact for fact in facts(script.read, "b.sh", text)[1] if isinstance(fact, Build) and fact.names]


def test_what_a_container_starts_is_no_part_of_its_image() -> None:
    _, found = facts(dockerfile.read, "Dockerfile", "FROM a\nRUN curl -O https://x/y\nCMD curl -O https://x/z\n")
    assert [(fact.sources, fact.place) for fact in found if isinstance(fact, Transfer)] == [
        (("https://x/y",), "dockerfile"),
        (("https://x/z",), "container"),
    ]


def test_the_sections_of_a_definition() -> None:
    text = "Bootstrap: docker\nFrom: a\n%post\n  pip install b\n  apt-get upgrade -y\n%runscript\n  pip install c\n%setup\n  pip install d\n"
    _, found = facts(apptainer.read, "Singularity", text)
    assert packages(found) == ["b", "c"]
    assert [fact.place for fact in found if isinstance(fact, Upgrade)] == ["apptainer"]


UNREADABLE: dict[str, tuple[Read, str, str, str]] = {
    "comments": (dockerfile.read, "Dockerfile", "# FROM a\n\n# b\n", "holds no instruction of a Dockerfile"),
    "nothing": (dockerfile.read, "Dockerfile", "", "holds no instruction of a Dockerfile"),
    "prose": (dockerfile.read, "Dockerfile", "This is\nno Dockerfile\n", "`THIS` is no instruction of a Dockerfile"),
    "unknown": (dockerfile.read, "Dockerfile", "FROM a\nINSTALL x\nRNU y\n", "`INSTALL` is no instruction of a Dockerfile"),
    "a list": (compose.read, "compose.yaml", "- a\n", "is no mapping, as a compose file must be"),
    "an open bracket": (compose.read, "compose.yaml", "services: [", "is not YAML"),
    "a list of containers": (devcontainer.read, "devcontainer.json", "[1,]", "is no object, as a devcontainer.json must be"),
    "an open object": (devcontainer.read, "devcontainer.json", '{"image": ', "is not JSON"),
    "no header": (apptainer.read, "Singularity", "%post\n  make\n", "has no `Bootstrap:`"),
}  # fmt: skip


@pytest.mark.parametrize(("read", "path", "text", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said_once(read: Read, path: str, text: str, reason: str) -> None:
    found = [fact for fact in facts(read, path, text)[1] if isinstance(fact, Unreadable)]
    assert found[0].reason.startswith(reason)
    assert len(found) <= 2


@pytest.mark.parametrize(("path", "text"), [("compose.yaml", "a: {{ b }}\n"), ("win.def", "EXPORTS\n  f\n")])
def test_files_of_another_kind_say_nothing(path: str, text: str) -> None:
    assert facts(compose.read if path == "compose.yaml" else apptainer.read, path, text)[1] == []


BOMB = "x-a: &a [x]\n" + "".join(
    f"x-{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
)
HOSTILE: dict[str, tuple[Read, str, str]] = {
    "ten thousand lines": (dockerfile.read, "Dockerfile", "FROM a:1\n" + "RUN wget https://x.example/y -O z\n" * 10_000),
    "ten thousand clones": (dockerfile.read, "Dockerfile", "FROM a:1\n" + "RUN git clone https://x.example/y\n" * 10_000),
    "ten thousand stages": (dockerfile.read, "Dockerfile", "".join(f"FROM a:{n} AS s{n}\n" for n in range(10_000))),
    "one long line": (dockerfile.read, "Dockerfile", "FROM a:1\nRUN " + "curl -O https://x.example/y && " * 10_000 + "true\n"),
    "a long reference": (dockerfile.read, "Dockerfile", "FROM " + "a/" * 200_000 + "b\n"),
    "a bomb of aliases": (compose.read, "compose.yaml", BOMB + "services:\n  z:\n    image: p:1\n    labels: *u\n"),
    "a service that merges itself": (compose.read, "compose.yaml", "services:\n  a: &a\n    <<: *a\n    image: p:1\n"),
    "a bomb in a manifest": (configuration.read, "k.yaml", "apiVersion: v1\nkind: Pod\n" + BOMB + "image: x\nspec: *u\n"),
    "a bomb in CI": (workflow.read, ".github/workflows/a.yml", BOMB + "jobs:\n  a: {container: 'p:1', steps: *u}\n"),
    "braces": (devcontainer.read, "devcontainer.json", '{"features": {' + '"a/b": {},' * 5000 + "}}"),
    "headers": (apptainer.read, "Singularity", "Bootstrap: docker\nFrom: a:1\n" * 5000),
    "brackets in a substitution": (script.read, "x.sh", 'bash -c "$(' * 3000 + "curl https://x.example/y"),
}  # fmt: skip


@pytest.mark.parametrize(("read", "path", "text"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_soon(read: Read, path: str, text: str) -> None:
    started = time.process_time()
    list(read(Source(path, text.encode())))
    assert time.process_time() - started < 10


def test_uses_that_are_no_pieces_from_elsewhere() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n    - uses: ./a\n    - uses: ${{ x }}\n    - uses: docker://p\n    - uses: a/b@v1\n"
    )
    found = facts(workflow.read, ".github/workflows/a.yml", text)[1]
    assert [(fact.name, fact.ref) for fact in found if isinstance(fact, ActionRef)] == [("a/b", "v1")]


TAKEN = {
    "commands.dockerfile": [
        "Dockerfile", "Containerfile", "dockerfile", "a/gpu.Dockerfile", "Dockerfile.gpu", "Dockerfile-gpu", "Dockerfile_gpu",
        "train-dockerfile", "docker/dockerfile-cli-only.gpu",
    ],
    "commands.compose": [
        "compose.yaml", "docker-compose.yml", "a/docker-compose.override.yaml", "compose-postgres.yml", "traefik-compose.yml",
        "dockercompose.yml",
    ],
    "commands.devcontainer": [".devcontainer/devcontainer.json", ".devcontainer.json", ".devcontainer/gpu/devcontainer.json"],
    "commands.apptainer": ["Singularity", "Singularity.gpu", "Apptainer", "a/train.def", "train.singularity"],
    "commands.workflow": [".github/workflows/a.yml", "action.yaml", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml"],
    "commands.platforms": ["valohai.yaml", "cog.yaml", "MLproject"],
    "configuration": ["k8s/job.yaml", "decompose.yaml", "values.yaml"],
    "": ["Dockerfile.dockerignore", "Dockerfile.md", "Dockerfile.j2", "Dockerfile.template", "notdockerfile", "Singularity_notes.md"],
}  # fmt: skip


@pytest.mark.parametrize(("reader", "path"), [(reader, path) for reader, paths in TAKEN.items() for path in paths])
def test_which_reader_takes_which(reader: str, path: str) -> None:
    assert reader_for(path) == reader
