"""Are the tables of accesses well formed, and do the libraries have the calls and arguments that they name?

The second half needs the libraries: what is not installed here is skipped. They were all read, side by side, in the
versions that the tables name.
"""

import importlib
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mlaudit import knowledge
from mlaudit.knowledge.accesses import ROLES, Access, accesses, method_accesses
from mlaudit.knowledge.streams import canonical

TABLES = sorted((Path(knowledge.FOLDER) / "accesses").glob("*.toml"))
LIBRARIES = [path for path in TABLES if path.stem != "methods"]
KINDS = {"data", "model", "image", "configuration", "log", "figure", "hosted", "package", "artifact", "tracked"}

KEYWORD = inspect.Parameter.KEYWORD_ONLY
# A call that cannot be looked at here, and the parameters of one of which nothing is shown.
UNSEEN = object()
ANYTHING = {
    "args": inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
    "kwargs": inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
}
# Where a call that stands for several is looked for.
HOMES = {
    "transformers": ["AutoTokenizer", "PreTrainedModel"],
    "diffusers": ["StableDiffusionPipeline"],
    "peft": ["AutoPeftModelForCausalLM", "PeftModel"],
    "huggingface_hub": ["ModelHubMixin"],
    "modelscope": ["AutoTokenizer", "hub.snapshot_download"],
    "torchvision": ["models", "models.detection", "models.segmentation", "models.video", "models.optical_flow"],
    "keras": ["Model", "applications"],
    "mlflow": ["sklearn", "pyfunc"],
    "safetensors": ["torch", "numpy"],
    "stable_baselines3": ["PPO"],
    "statsmodels": ["datasets"],
    "xgboost": ["XGBClassifier"],
    "catboost": ["CatBoostClassifier"],
    "imageio": ["v2", "v3"],
    "kaggle": ["api.kaggle_api_extended.KaggleApi"],
    "pyspark": ["ml.PipelineModel"],
    "openai": ["resources.chat.completions.Completions", "resources.responses.Responses"],
    "anthropic": ["resources.messages.Messages"],
    "cohere": ["Client", "ClientV2"],
    "mistralai": ["client.chat.Chat", "client.embeddings.Embeddings", "chat.Chat", "embeddings.Embeddings"],
    "groq": ["resources.chat.completions.Completions"],
}
# Names that canonical names were made from.
ORIGINS = {
    "lightning": ["lightning.pytorch"],
    "google": ["google.genai.models.Models", "google.genai.models.AsyncModels", "google.genai.chats.Chats"],
    "fastai": ["fastai.vision.all", "fastai.tabular.all", "fastai.text.all"],
    "keras": ["keras.src"],
}
# Packages that share their first name with others.
SHARED = ("google", "azure")
# Calls that later versions no longer have, and what no package has.
EARLIER = frozenset(
    """
    boto3.s3.Bucket boto3.s3.Bucket.Object boto3.s3.Bucket.download_file boto3.s3.Bucket.download_fileobj
    boto3.s3.Bucket.upload_file boto3.s3.Object boto3.s3.Object.download_file boto3.s3.Object.download_fileobj
    boto3.s3.Object.get cv2.CascadeClassifier google.colab.drive.mount google.colab.files.download keras.utils.data_utils.get_file
    networkx.read_gpickle networkx.write_gpickle numpy.recfromcsv numpy.recfromtxt pandas.read_gbq
    pandas_datareader.data.get_data_yahoo pandas_datareader.get_data_yahoo polars.read_csv_batched pydicom.read_file
    scipy.misc.ascent scipy.misc.electrocardiogram scipy.misc.face sklearn.datasets.load_boston smart_open.smart_open
    torchaudio.info torchvision.io.VideoReader torchvision.io.read_video torchvision.io.read_video_timestamps
    torchvision.io.write_video
    """.split()
)
# Arguments that earlier versions have, or that a class takes under another name too.
OTHER_ARGUMENTS = {
    "openai": {"engine"},
    "torchvision": {"pretrained"},
    "langchain_anthropic": {"model"},
    "langchain_huggingface": {"model_name"},
    "langchain_openai": {"model_name"},
}

# One object that has each of the methods of which the name alone tells.
METHODS = """
pandas.DataFrame.to_csv pandas.DataFrame.to_json pandas.DataFrame.to_hdf pandas.DataFrame.to_parquet
pandas.DataFrame.to_pickle pandas.DataFrame.to_feather pandas.DataFrame.to_orc pandas.DataFrame.to_stata
pandas.DataFrame.to_excel pandas.DataFrame.to_xml pandas.DataFrame.to_latex pandas.DataFrame.to_markdown
xarray.Dataset.to_netcdf xarray.Dataset.to_zarr geopandas.GeoDataFrame.to_file geopandas.GeoDataFrame.to_parquet
polars.DataFrame.write_csv polars.DataFrame.write_parquet polars.DataFrame.write_ndjson polars.DataFrame.write_ipc
polars.DataFrame.write_ipc_stream polars.DataFrame.write_avro polars.DataFrame.write_delta polars.DataFrame.write_excel
polars.LazyFrame.sink_csv polars.LazyFrame.sink_parquet polars.LazyFrame.sink_ipc polars.LazyFrame.sink_ndjson
polars.LazyFrame.sink_delta pyspark.RDD.saveAsTextFile pyspark.RDD.saveAsPickleFile pyspark.SparkContext.textFile
pyspark.SparkContext.wholeTextFiles anndata.AnnData.write_h5ad numpy.ndarray.tofile plotly.graph_objects.Figure.write_image
plotly.graph_objects.Figure.write_html matplotlib.figure.Figure.savefig transformers.PreTrainedModel.save_pretrained
xgboost.Booster.save_model
datasets.Dataset.to_csv datasets.Dataset.to_json datasets.Dataset.save_to_disk keras.Model.save_weights
keras.Model.load_weights gensim.models.KeyedVectors.save_word2vec_format gensim.models.KeyedVectors.load_word2vec_format
lightning.LightningModule.load_from_checkpoint keras.legacy.preprocessing.image.ImageDataGenerator.flow_from_directory
keras.legacy.preprocessing.image.ImageDataGenerator.flow_from_dataframe transformers.AutoTokenizer.from_pretrained
diffusers.StableDiffusionPipeline.load_lora_weights zipfile.ZipFile.extractall tarfile.TarFile.extractall
google.cloud.storage.Blob.download_to_filename google.cloud.storage.Blob.download_as_bytes
google.cloud.storage.Blob.download_as_string google.cloud.storage.Blob.download_as_text
google.cloud.storage.Blob.upload_from_filename wandb.Run.use_artifact wandb.Run.log_artifact
sqlite3.Connection.execute sqlite3.Connection.executemany sqlite3.Connection.executescript pyspark.sql.SparkSession.sql
kaggle.api.kaggle_api_extended.KaggleApi.dataset_download_files
kaggle.api.kaggle_api_extended.KaggleApi.competition_download_files
""".split()
# Methods of clients, which boto3 makes from data: read from its documentation.
# Spark's readers and writers take a path first; `load` and `save` too.
SPARK = {
    f"{owner}.{name}"
    for owner in ("read", "write")
    for name in ("parquet", "csv", "json", "orc", "text", "load", "save")
}
UNSHOWN = {"jobs.download", "download_file", "get_object", "upload_file", "put_object"}


class Line(NamedTuple):
    """A name of a table with its section as TOML, and what the loader makes of it."""

    name: str
    role: str
    section: dict[str, Any]


def _lines(path: Path) -> Iterator[Line]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for role, sections in table.items():
        for section in sections:
            yield from (Line(name, role, section) for name in section["names"].split())


def _rows(path: Path) -> Iterator[tuple[str, Access]]:
    look_up = method_accesses if path.stem == "methods" else accesses
    for name in dict.fromkeys(line.name for line in _lines(path)):
        yield from ((name, row) for row in look_up(name))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_tables_have_known_roles_and_fields_only(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")
    for line in _lines(path):
        assert line.role in ROLES
        assert set(line.section) <= {"names", *Access._fields} - {"role"}, line
        assert line.section.get("position") in (None, "keyword") or isinstance(line.section["position"], int)
    for name, row in _rows(path):
        assert row.kind in KINDS, name
        assert re.compile(row.versioned)
        assert isinstance(row.revision, tuple)
        assert isinstance(row.verified, tuple)
        assert row.argument or row.position is None, name


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_name_stands_once_in_a_role_for_an_argument_and_under_conditions(path: Path) -> None:
    keys = [(each.name, each.role, each.section.get("argument")) for each in _lines(path)]
    held = {
        (each.name, each.role, each.section.get("argument"))
        for each in _lines(path)
        if not {"when", "unless"} & set(each.section)
    }
    assert [key for key, count in Counter(keys).items() if count > 1 and key in held] == []
    assert [name for (name, role, _), count in Counter(keys).items() if count > 2] == []


@pytest.mark.parametrize("path", LIBRARIES, ids=lambda path: path.stem)
def test_a_name_is_canonical_and_stands_in_the_file_of_its_library(path: Path) -> None:
    for line in _lines(path):
        parts = line.name.split(".")
        assert parts[0] == path.stem
        assert all(part.isidentifier() for part in parts) or (parts[1] == "*" and len(parts) == 3), line.name
        if "*" not in parts:
            assert canonical(line.name) == line.name


def test_methods_are_names_alone() -> None:
    """A method's name, or that and the attribute through which it is reached."""
    names = [line.name for path in TABLES if path.stem == "methods" for line in _lines(path)]
    assert all(part.isidentifier() for name in names for part in name.split("."))
    assert all(name.count(".") <= 1 for name in names)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_conditions_are_of_plain_values_and_each_call_reaches_its_rows(path: Path) -> None:
    rows = list(_rows(path))
    assert rows
    for _, row in rows:
        for _, values in (*row.when, *row.unless):
            assert all(isinstance(value, str | int | float | bool) for value in values)


@pytest.mark.parametrize(
    ("name", "role", "argument"),
    [
        ("builtins.open", "opens", "file"),
        ("keras.utils.get_file", "downloads", "origin"),
        ("keras.applications.resnet50.ResNet50", "models", "weights"),
        ("torchvision.models.resnet.resnet18", "weights", "weights"),
        ("imageio.imread", "reads", "uri"),
        ("mlflow.sklearn.load_model", "models", "model_uri"),
        ("openai.OpenAI.chat.completions.create", "models", "model"),
        ("transformers.AutoModel.from_pretrained", "models", "pretrained_model_name_or_path"),
        ("statsmodels.api.datasets.get_rdataset", "datasets", "dataname"),
    ],
)
def test_calls_are_found_under_the_names_that_programs_use(name: str, role: str, argument: str) -> None:
    assert (role, argument) in {(row.role, row.argument) for row in accesses(canonical(name))}


@pytest.mark.parametrize(
    ("name", "stays", "moves"),
    [
        ("kagglehub.model_download", ["google/bert/tensorFlow2/base/2"], ["google/bert/tensorFlow2/base"]),
        ("tensorflow_datasets.load", ["mnist:3.0.1", "glue/cola:2.0.0"], ["mnist", "mnist:3.*.*"]),
        (
            "tensorflow_hub.load",
            ["https://tfhub.dev/google/nnlm-en-dim50/2"],
            ["https://tfhub.dev/google/nnlm-en-dim50"],
        ),
        (
            "mlflow.pyfunc.load_model",
            ["models:/x/3", "runs:/4f2a/model"],
            ["models:/x/Production", "models:/x@champion"],
        ),
        ("wandb.use_artifact", ["team/project/data:v3"], ["data:latest", "data"]),
        ("openai.ChatCompletion.create", ["gpt-4-0613", "gpt-4o-2024-08-06"], ["gpt-4o", "gpt-3.5-turbo"]),
        ("anthropic.Anthropic.messages.create", ["claude-3-5-sonnet-20240620"], ["claude-3-5-sonnet-latest"]),
        ("ultralytics.YOLO", ["yolov8n.pt", "yolo11n-seg.pt"], ["yolov8n.yaml", "runs/train/weights/best.pt"]),
    ],
)
def test_names_that_say_their_version(name: str, stays: list[str], moves: list[str]) -> None:
    (row,) = (row for row in accesses(name) if row.role in ("models", "datasets") and row.argument != "engine")
    assert [text for text in stays if not re.search(row.versioned, text)] == []
    assert [text for text in moves if re.search(row.versioned, text)] == []


@pytest.mark.parametrize("path", LIBRARIES, ids=lambda path: path.stem)
def test_libraries_have_the_calls_and_arguments(path: Path) -> None:
    """Every row against the signature of what is installed; what has none that Python can show is left out."""
    _needed(path.stem)
    wrong = [fault for name, row in _rows(path) for fault in _faults(name, row)]
    assert [fault for fault in wrong if fault.partition(":")[0] not in EARLIER] == []


@pytest.mark.parametrize("name", METHODS)
def test_libraries_have_the_methods_and_arguments(name: str) -> None:
    _needed(name.partition(".")[0])
    rows = method_accesses(name.rpartition(".")[2])
    assert rows
    assert [fault for row in rows for fault in _faults(name, row)] == []


def test_every_method_was_read_from_a_library() -> None:
    read = {name.rpartition(".")[2] for name in METHODS} | SPARK
    assert {name for path in TABLES if path.stem == "methods" for name, _ in _rows(path)} - read == UNSHOWN


def _needed(library: str) -> None:
    try:
        importlib.import_module(library)
    except Exception as error:  # some fail in their own way
        pytest.skip(f"{library} is not installed here: {type(error).__name__}")


def _faults(name: str, row: Access) -> Iterator[str]:
    found = _signature(name)
    if found is None:
        yield f"{name}: is not there"
        return
    arguments = list(found)
    is_open = any(each.kind is each.VAR_KEYWORD for each in found.values())
    takes_any = any(each.kind is each.VAR_POSITIONAL for each in found.values())
    for argument in filter(None, (row.argument, row.target, row.mode, row.container)):
        place = row.place(argument)
        if argument in OTHER_ARGUMENTS.get(name.partition(".")[0], ()):
            continue
        if argument not in found:
            if not (takes_any and is_open) and not (is_open and place is None):
                yield f"{name}: no {argument} in {arguments}"
        elif place is None and found[argument].kind is found[argument].POSITIONAL_OR_KEYWORD:
            yield f"{name}: {argument} has a position, {arguments.index(argument)}"
        elif place is not None and (arguments.index(argument) != place or found[argument].kind is KEYWORD):
            yield f"{name}: {argument} is not at {place} in {arguments}"
    for argument in (*row.revision, *row.verified, *(each for each, _ in (*row.when, *row.unless))):
        known = argument in found or argument in OTHER_ARGUMENTS.get(name.partition(".")[0], ())
        if not known and not is_open:
            yield f"{name}: no {argument} in {arguments}"


def _signature(name: str) -> Mapping[str, inspect.Parameter] | None:
    """The parameters of a call, without the object whose method it is; None where the call is not there."""
    found = [_found(place) for place in _places(name)]
    call = next((each for each in found if each is not None and each is not UNSEEN), None)
    return _parameters(call) if call is not None else ANYTHING if UNSEEN in found else None


def _places(name: str) -> Iterator[str]:
    """Where to look for a name: under itself, under the names before they were made canonical, and for `*`."""
    first, _, last = name.partition(".*.")
    if last:
        yield f"{first}.{last}"
        yield from (f"{first}.{middle}.{last}" for middle in HOMES.get(first, ()))
        return
    yield name
    first, _, rest = name.partition(".")
    yield from (f"{home}.{rest}" for home in ORIGINS.get(first, ()))
    yield from (f"{home}.{rest.rpartition('.')[2]}" for home in ORIGINS.get(first, ()) if first == "google")


def _found(name: str) -> Any:
    """A call by its name, by importing as much of it as needed; None where it is not there."""
    first, *rest = name.split(".")
    found: Any = importlib.import_module(first)
    known = first
    for part in rest:
        known = f"{known}.{part}"
        try:
            found = getattr(found, part)
        except Exception as error:  # a library fails in its own way where a part of it is not installed
            try:
                found = importlib.import_module(known)
            except Exception as second:
                return None if _is_own(error, first) and _is_own(second, first) else UNSEEN
    if inspect.ismodule(found):  # one that hides the function of its name
        found = getattr(found, name.rpartition(".")[2], None)
    return found if callable(found) else None


def _is_own(error: Exception, library: str) -> bool:
    """Whether a name is missing in the library itself, not in another that it needs and that is not installed."""
    if isinstance(error, ModuleNotFoundError):
        return (error.name or "").partition(".")[0] == library and library not in SHARED
    return isinstance(error, AttributeError)


def _parameters(call: Any) -> Mapping[str, inspect.Parameter]:
    try:
        found = dict(inspect.signature(call).parameters)
    except (TypeError, ValueError):
        return _documented(call)
    if next(iter(found), "") in ("self", "cls"):
        del found[next(iter(found))]
    return found


def _documented(call: Any) -> Mapping[str, inspect.Parameter]:
    """The arguments of a compiled function as the first line of its text shows them; any, where it shows none."""
    shown = re.match(r"\W*(?:\d+\. )?\w+\((?P<arguments>[^)]*)\)", call.__doc__ or "")
    if not shown or "." in shown["arguments"] or not re.search(r"\w", shown["arguments"]):
        return ANYTHING
    names = [re.sub(r"[:=].*", "", part).strip(" []*") for part in shown["arguments"].split(",")]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return {each: inspect.Parameter(each, kind) for each in names if each.isidentifier() and each != "self"}
