"""The kernel of every page. `c` is given by IPython."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (IPython gives it)

c.IPKernelApp.log_level = "ERROR"  # it warns that it talks to this machine in plain text
c.HistoryManager.enabled = False
c.InlineBackend.figure_formats = {"svg"}
# A figure is laid out inside its size (matplotlibrc): to crop it would draw it once more.
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None, "metadata": {"Date": None}}

# A warning in a cell is an error, and an error fails the build. `PYTHONWARNINGS=error` would stop
# the kernel itself, which may warn while it starts or between cells: its packages are left alone.
KERNEL = "ipykernel|IPython|jupyter_client|matplotlib_inline|tornado|traitlets|zmq"
c.InteractiveShellApp.exec_lines = [
    "import warnings",
    "warnings.simplefilter('error')",
    rf"warnings.filterwarnings('ignore', module=r'(.*[\\/])?({KERNEL})\b')",
    "del warnings",
    # Output is sent five times a second, and MyST-NB begins a new line with each part: send it once.
    "import sys",
    "sys.stdout.flush_interval = 600",
    "del sys",
    # When a cell ends, pyplot draws its figures for a window that no page has, and only then are
    # they drawn to be shown: without the first a figure takes half the time.
    "from matplotlib.backends.backend_agg import FigureCanvasAgg",
    "FigureCanvasAgg.draw_idle = lambda canvas: None",
    "del FigureCanvasAgg",
]
