"""What does a Dockerfile install and copy, and which Python do its images hold?"""

import pytest

from mlaudit.facts import Copy
from mlaudit.readers.commands import dockerfile

from .reading import commands, facts, packages, pythons, under

IMAGES = {
    "FROM python:3.11": ("3.11", "==3.11.*"),
    "FROM python:3.11.7-slim-bookworm AS build": ("3.11.7", "==3.11.7"),
    "FROM python:3": ("3", "==3.*"),
    "from --platform=linux/amd64 docker.io/library/python:3.9-alpine": ("3.9", "==3.9.*"),
    "FROM python:3.12.0rc1-slim": ("3.12.0rc1", "==3.12.0rc1"),
    "FROM registry:5000/x/python:3.10@sha256:00": ("3.10", "==3.10.*"),
    "FROM public.ecr.aws/lambda/python:3.8.2023.01.11.15": ("3.8", "==3.8.*"),
    "FROM mcr.microsoft.com/devcontainers/python:1-3.12-bookworm": ("3.12", "==3.12.*"),
    "FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim": ("3.12", "==3.12.*"),
    "FROM ghcr.io/astral-sh/uv:0.5-python3.12": ("3.12", "==3.12.*"),
    "FROM quay.io/jupyter/scipy-notebook:python-3.10": ("3.10", "==3.10.*"),
    "FROM x/pytorch-training:1.13-gpu-py39-cu117": ("39", "==3.9.*"),
    "FROM nvcr.io/nvidia/pytorch:22.04-py3": ("3", "==3.*"),
    "ARG V=3.11\nFROM python:${V}-slim": ("${V}", "==3.11.*"),
    'ARG V="3.11"\nARG I=python:$V\nFROM $I': ("$I", "==3.11.*"),
    "FROM python:${V:-3.9}": ("${V:-3.9}", "==3.9.*"),
    "ARG M=11\nFROM python:3.$M": ("3.$M", "==3.11.*"),
}


@pytest.mark.parametrize(("text", "expected"), IMAGES.items(), ids=IMAGES)
def test_python_of_an_image(text: str, expected: tuple[str, str]) -> None:
    assert pythons(*facts(dockerfile.read, "Dockerfile", text)) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "FROM python",
        "FROM python:latest",
        "FROM python:slim",
        "FROM python@sha256:" + "0" * 64,
        "ARG V\nFROM python:$V",
        "FROM python:3.$MINOR",
        "FROM ubuntu:22.04",
        "FROM continuumio/miniconda3:4.12.0",
        "FROM pypy:3.10",
        "FROM x/devcontainers/python:1-${VARIANT}",
        "FROM x AS python:3.11\nFROM python:3.11",
        "FROM",
    ],
)
def test_images_that_name_no_python(text: str) -> None:
    assert pythons(*facts(dockerfile.read, "Dockerfile", text)) == []


def test_a_stage_is_no_image() -> None:
    found = facts(dockerfile.read, "Dockerfile", "FROM x AS py:3.8\nFROM py:3.8\n")
    assert pythons(*found) == []


RUNS = {
    "RUN pip install a": ["a"],
    "RUN apt-get update && \\\n  # why\n\n  apt-get install -y \\\n    b=1 \\\n # c\n    d": ["b==1", "d"],
    'RUN ["pip", "install", "a==1"]': ["a==1"],
    'RUN ["/bin/bash", "-c", "pip install a==1"]': ["a==1"],
    "RUN --mount=type=cache,target=/root/.cache pip install a": ["a"],
    "RUN <<EOF\npip install a\npip install b\nEOF": ["a", "b"],
    "RUN <<EOF\n#!/usr/bin/env bash\npip install a\nEOF": ["a"],
    "RUN bash -ex <<EOF\npip install a\nEOF": ["a"],
    "RUN <<EOF\n#!/usr/bin/env python3\npip install a\nEOF": [],
    "RUN cat <<EOF > x.sh\npip install a\nEOF": [],
    "COPY <<EOF /x.sh\npip install a\nEOF": [],
    "ONBUILD RUN pip install a": ["a"],
    "CMD pip install a && python x.py": ["a"],
    "# escape=`\nRUN pip install `\n  a": ["a"],
    "RUN pip install a # b \\\n && pip install c": ["a"],
    "LABEL x='pip install a'": [],
}


@pytest.mark.parametrize(("text", "expected"), RUNS.items(), ids=RUNS)
def test_install_commands(text: str, expected: list[str]) -> None:
    source, found = facts(dockerfile.read, "Dockerfile", text)
    assert packages(found) == expected
    for command in commands(found):
        assert command.place == "dockerfile"
        assert under(source, command.at).split(maxsplit=1)[0].strip('",') in ("pip", "apt-get")
        for requirement in command.requirements:
            assert under(source, requirement.at).startswith(requirement.name)


def test_copies() -> None:
    text = (
        'FROM a AS b\nCOPY a.txt ./b /c/\nFROM x\nADD --chown=1 --from=b ["x y", "/z"]\nCOPY <<EOF r.txt /d\n1\nEOF\n'
    )
    source, found = facts(dockerfile.read, "Dockerfile", text)
    copies = [fact for fact in found if isinstance(fact, Copy)]
    assert [copy[1:5] for copy in copies] == [
        (("a.txt", "./b"), "/c/", 0, ""),
        (("x y",), "/z", 1, "b"),
        (("r.txt",), "/d", 1, ""),
    ]
    assert under(source, copies[0].at) == "a.txt ./b /c/"
