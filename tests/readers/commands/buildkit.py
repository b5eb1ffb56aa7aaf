"""What does BuildKit's parser say to Dockerfiles that are hard to split? Run this file to ask it again.

It needs the package `dockerfile` (BuildKit's parser, in Go) and rewrites buildkit.json; tests only read that file.
"""

import json
from pathlib import Path
from typing import Any

ANSWERS = Path(__file__).with_name("buildkit.json")

DOCKERFILES = {
    "plain": "FROM python:3.11\nRUN pip install numpy\n",
    "lower case and leading blanks": "  from python:3.11\n\trun   pip   install x\n",
    "continuation": "FROM a\nRUN pip install \\\n    numpy \\\n    scipy\n",
    "continuation with trailing blanks": "FROM a\nRUN pip install \\  \n    numpy \\\t\n    scipy\n",
    "comment inside a continuation": "FROM a\nRUN pip install \\\n    # why\n    numpy\n",
    "comment after a comment inside a continuation": "FROM a\nRUN a \\\n# one\n  # two\n&& b\n",
    "blank lines inside a continuation": "FROM a\nRUN a \\\n\n   \n&& b\n",
    "continuation into the end of the file": "FROM a\nRUN a \\\n",
    "continuation into a comment at the end": "FROM a\nRUN a \\\n# end",
    "double backslash does not continue": "FROM a\nRUN echo \\\\\nRUN b\n",
    "backslash alone on a line": "FROM a\nRUN a \\\n\\\nb\n",
    "word split by a continuation": "FROM a\nRUN pip inst\\\nall x\n",
    "escape directive": "# escape=`\nFROM a\nRUN a `\n b \\\nRUN c\n",
    "escape directive behind syntax": "# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN a `\n b\n",
    "escape too late": "\n# escape=`\nFROM a\nRUN a `\nRUN b\n",
    "escape behind a comment": "# hello\n# escape=`\nFROM a\nRUN a `\nRUN b\n",
    "directive without blanks, in capitals": "#ESCAPE=`\nFROM a\nRUN a `\n b\n",
    "carriage returns": "FROM a\r\nRUN a \\\r\n  && b\r\nCMD c\r\n",
    "no newline at the end": "FROM a\nRUN b",
    "JSON form": 'FROM a\nRUN ["pip", "install", "x y"]\nCMD [ "python" , "a.py" ]\n',
    "JSON form over lines": 'FROM a\nRUN ["pip", \\\n  "install", "x"]\n',
    "broken JSON is shell": "FROM a\nRUN ['pip', 'install']\nCMD [\"a\",]\n",
    "flags": "FROM --platform=linux/amd64 a AS b\nRUN --mount=type=cache,target=/root --network=none pip install x\n",
    "flag with quotes": 'FROM a\nCOPY --chown="a:b" --from=c x y\n',
    "flags over lines": "FROM a\nRUN --mount=type=cache,target=/x \\\n  --mount=type=bind,target=/y \\\n  make\n",
    "options of a program are no flags": "FROM a\nRUN pip --quiet install --upgrade x\n",
    "heredoc": "FROM a\nRUN <<EOF\npip install x\n# not a comment\nEOF\nRUN b\n",
    "heredoc that is quoted and indented": "FROM a\nRUN <<-'EOF'\n\tpip install x\n\tEOF\nRUN b\n",
    "two heredocs": "FROM a\nRUN <<ONE cat <<TWO\none\nONE\ntwo\nTWO\nRUN b\n",
    "heredoc of COPY": "FROM a\nCOPY <<a.txt <<b.txt /d/\n1\na.txt\n2\nb.txt\nRUN b\n",
    "heredoc behind a program": "FROM a\nRUN python3 <<EOF > out\nprint(1)\nEOF\nRUN b\n",
    "heredoc behind a continuation": "FROM a\nRUN a && \\\n  cat <<EOF\n1 \\\nEOF\nRUN b\n",
    "ENV takes no heredoc": "FROM a\nENV X=<<EOF\nRUN b\n",
    "here-string is no heredoc": "FROM a\nRUN cat <<<word\nRUN b\n",
    "ONBUILD": "FROM a\nONBUILD RUN pip install \\\n  x\nONBUILD COPY . /x\n",
    "comment behind a command is shell": "FROM a\nRUN a # no comment \\\n  && b\n",
    "comment with backslash": "FROM a\n# comment \\\nRUN b\n",
    "indented comment between instructions": "FROM a\n   # comment\nRUN b\n",
    "ARG before FROM": "ARG V=3.11\nFROM python:${V}-slim AS x\nFROM x\n",
    "byte order mark": "\ufeffFROM a\nRUN b\n",
    "form feed and tabs": "FROM\ta\nRUN\t\tb\tc\n",
}


def answer(text: str) -> list[dict[str, Any]]:
    """BuildKit's reading of one Dockerfile."""
    import dockerfile

    return [
        {
            "keyword": (command.sub_cmd or command.cmd).upper(),
            "trigger": bool(command.sub_cmd),
            "line": command.start_line,
            "end_line": command.end_line,
            "flags": list(command.flags),
            "json": command.json,
            "value": list(command.value),
        }
        for command in dockerfile.parse_string(text)
    ]


if __name__ == "__main__":
    known = [{"about": about, "text": text, "instructions": answer(text)} for about, text in DOCKERFILES.items()]
    ANSWERS.write_text(json.dumps(known, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
