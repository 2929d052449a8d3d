from __future__ import annotations

import inspect
import subprocess
import sys

import localverify
from localverify import errors


def test_every_public_name_is_there():
    assert sorted(localverify.__all__) == localverify.__all__
    for name in localverify.__all__:
        assert getattr(localverify, name) is not None


def test_the_error_tree_is_the_one_that_its_docstring_draws():
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, errors.LocalVerifyError)]

    assert errors.__doc__ is not None
    for found in classes:
        assert found.__name__ in errors.__doc__
        assert found.reason
    assert len(classes) == errors.__doc__.count("── ") + 1


def test_importing_the_package_loads_neither_numpy_nor_opencv():
    code = "import sys, localverify; sys.exit(bool({'numpy', 'cv2', 'onnxruntime'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
