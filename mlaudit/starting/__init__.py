"""What does a repository need to be audited at each commit? The files, as texts."""

from mlaudit import __version__

HOME = "https://github.com/mlaudit/mlaudit"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
SETTINGS = 'fail-on = "error"  # the exit code is 1 from this level on: "warning", "note" or "never"\n'
CONFIGURATION = f"# Settings of mlaudit: `mlaudit config` lists all of them.\n{SETTINGS}"
TABLE = f"[tool.mlaudit]\n{SETTINGS}"
HOOK = f"""\
- repo: {HOME}
  rev: v{__version__}
  hooks:
    - id: mlaudit
"""
HOOKS = "repos:\n" + "".join(f"  {line}\n" for line in HOOK.splitlines())
WORKFLOW = f"""\
name: mlaudit
on:
  push:
    branches: [main, master]
  pull_request:
permissions:
  contents: read
concurrency:
  group: mlaudit-${{{{ github.ref }}}}
  cancel-in-progress: true
jobs:
  mlaudit:
    name: mlaudit
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - run: pipx run --spec mlaudit=={__version__} mlaudit --output-format github
"""
JOB = f"""\
mlaudit:
  stage: test
  image: python:3.13.1-slim
  variables:
    PIP_DISABLE_PIP_VERSION_CHECK: "1"
  script:
    - pip install --quiet mlaudit=={__version__}
    - mlaudit --no-progress --output gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""
INCLUDE = "include:\n  - local: .gitlab/mlaudit.gitlab-ci.yml\n"
