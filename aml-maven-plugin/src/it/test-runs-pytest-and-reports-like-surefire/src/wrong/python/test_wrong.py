from doubling import double


def test_right():
    assert double(1) == 2


def test_wrong():
    assert double(2) == 5
