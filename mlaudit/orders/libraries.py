"""What do the libraries' calls do with the order of what they are given: drop it, keep it, make data of it?"""

# Nothing of the order is left in what these give.
DROPS = frozenset(
    """
builtins.sorted builtins.set builtins.frozenset builtins.len builtins.any builtins.all builtins.sum builtins.max
builtins.min builtins.bool builtins.print builtins.type builtins.isinstance builtins.str builtins.repr builtins.dict
builtins.id builtins.hash
collections.Counter collections.defaultdict math.fsum math.prod statistics.mean statistics.fmean statistics.median
statistics.stdev heapq.nsmallest heapq.nlargest itertools.groupby
natsort.natsorted natsort.os_sorted natsort.humansorted
numpy.unique numpy.sort numpy.sum numpy.mean numpy.std numpy.var numpy.max numpy.min numpy.median numpy.any numpy.all
numpy.prod numpy.quantile numpy.percentile numpy.isin numpy.in1d numpy.nanmean numpy.nansum numpy.average numpy.amax
numpy.amin numpy.bincount numpy.histogram numpy.intersect1d numpy.union1d numpy.setdiff1d numpy.size numpy.shape
pandas.isna pandas.isnull pprint.pprint os.path.commonpath os.path.commonprefix
torch.unique torch.sum torch.mean torch.max torch.min
""".split()
)

# What these give follows the order of what they are given.
KEEPS = frozenset(
    """
builtins.list builtins.tuple builtins.iter builtins.reversed builtins.filter builtins.map builtins.zip
builtins.enumerate
tqdm.tqdm tqdm.trange tqdm.auto.tqdm tqdm.notebook.tqdm tqdm.std.tqdm tqdm.contrib.tenumerate tqdm.tqdm_notebook
tqdm.autonotebook.tqdm rich.progress.track fastprogress.progress_bar fastprogress.fastprogress.progress_bar
alive_progress.alive_it progressbar.progressbar
itertools.chain itertools.chain.from_iterable itertools.islice itertools.cycle itertools.product itertools.tee
itertools.filterfalse itertools.takewhile itertools.zip_longest itertools.starmap itertools.combinations
itertools.permutations collections.deque collections.OrderedDict copy.copy copy.deepcopy more_itertools.chunked
more_itertools.peekable asyncio.gather
""".split()
)

# Here the order decides what comes out: rows, labels, batches, who is drawn.
DATA = frozenset(
    """
random.shuffle random.sample random.choice random.choices
numpy.array numpy.asarray numpy.stack numpy.vstack numpy.hstack numpy.concatenate numpy.dstack numpy.column_stack
numpy.row_stack numpy.fromiter numpy.append numpy.array_split numpy.split numpy.save numpy.savetxt
numpy.random.shuffle numpy.random.choice numpy.random.permutation
pandas.DataFrame pandas.DataFrame.from_records pandas.DataFrame.from_dict pandas.Series pandas.concat pandas.Index
pandas.Categorical pandas.MultiIndex.from_tuples polars.DataFrame polars.Series polars.concat
torch.tensor torch.as_tensor torch.stack torch.cat torch.vstack torch.hstack torch.Tensor torch.FloatTensor
torch.LongTensor torch.concat torch.from_numpy torch.utils.data.DataLoader torch.utils.data.random_split
torch.utils.data.ConcatDataset torch.utils.data.Subset torch.utils.data.TensorDataset
tensorflow.constant tensorflow.convert_to_tensor tensorflow.stack tensorflow.concat
tensorflow.data.Dataset.from_tensor_slices tensorflow.data.TFRecordDataset tensorflow.data.TextLineDataset
tensorflow.train.string_input_producer jax.numpy.array jax.numpy.stack jax.numpy.concatenate jax.numpy.asarray
sklearn.model_selection.train_test_split sklearn.utils.shuffle sklearn.utils.resample
datasets.Dataset.from_list datasets.Dataset.from_dict datasets.concatenate_datasets
xarray.concat dask.dataframe.concat
""".split()
)

# Calls that grow what they are given first: `x = np.vstack((x, row))`.
GROWS = frozenset(
    """
numpy.append numpy.vstack numpy.hstack numpy.concatenate numpy.stack numpy.row_stack numpy.column_stack
pandas.concat torch.cat torch.vstack torch.hstack torch.stack torch.concat tensorflow.concat jax.numpy.concatenate
polars.concat
""".split()
)

# Methods after which only a number, a text or a set is left.
REDUCERS = frozenset("mean sum std var max min median any all nunique item size count".split())

# Modules whose import says that a file handles data.
ARRAYS = frozenset(
    """
numpy pandas polars torch torchvision torchaudio tensorflow keras jax sklearn datasets transformers cv2 PIL skimage
librosa soundfile scipy xarray pyarrow nltk spacy h5py imageio lightning pytorch_lightning xgboost lightgbm mxnet paddle
""".split()
)
