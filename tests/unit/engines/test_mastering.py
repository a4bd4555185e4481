"""Loudness, true peak, the limiter and the room measure as they should."""

import numpy as np
import pyloudnorm
import pytest
from scipy import signal

from workers.engines.local.loudness import integrated_loudness, to_decibels, true_peak
from workers.engines.local.master import master
from workers.engines.local.reverb import Room
from workers.engines.local.samples import SAMPLE_RATE, Samples


def sine(hz: float, seconds: float, level_db: float, phase: float = 0.0) -> Samples:
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * t + phase)
    return np.stack([wave, wave]).astype(np.float32)


def programme(seed: int, seconds: float = 4.0) -> Samples:
    """Noise with silence, steps and peaks: something the gates have to work on."""
    dice = np.random.default_rng(seed)
    audio = dice.standard_normal((2, int(seconds * SAMPLE_RATE))) * 0.05
    audio[:, : SAMPLE_RATE * 2] *= 0.01
    audio[:, dice.integers(0, audio.shape[1], 40)] += 0.9
    return np.asarray(signal.sosfilt(signal.butter(2, 5000, fs=SAMPLE_RATE, output="sos"), audio), np.float32)


def test_a_calibrated_tone_measures_as_the_standard_says() -> None:
    """EBU Tech 3341, case 1: a stereo 1 kHz sine at -23 dBFS is -23.0 LUFS within 0.1."""
    assert integrated_loudness(sine(1000, 4, -23)) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_loudness_agrees_with_pyloudnorm(seed: int) -> None:
    """An independent meter reads the same within 0.1 LU, gates included."""
    audio = programme(seed)
    reference = pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(audio.T.astype(np.float64))
    assert integrated_loudness(audio) == pytest.approx(reference, abs=0.1)


def test_silence_has_a_loudness_and_stays_silence() -> None:
    """Nothing is divided by zero and nothing is turned up."""
    nothing = np.zeros((2, SAMPLE_RATE), np.float32)
    measured = master(nothing, -14)
    assert measured.loudness_lufs == -120
    assert not nothing.any()


def test_true_peak_sees_between_the_samples() -> None:
    """A quarter-rate sine sampled at 45 degrees peaks 3 dB above its samples."""
    audio = sine(SAMPLE_RATE / 4, 0.2, 0, phase=np.pi / 4)
    assert to_decibels(float(np.abs(audio).max())) == pytest.approx(-3.01, abs=0.01)
    # The tone's hard edges ring; its body is full scale.
    body = audio * np.hanning(audio.shape[1]).astype(np.float32)
    assert to_decibels(true_peak(body)) == pytest.approx(0, abs=0.15)


def test_a_master_reaches_its_loudness_below_the_ceiling() -> None:
    """The result has the loudness asked for and no true peak above -1 dBTP, by a finer interpolator than ours."""
    audio = programme(4)
    measured = master(audio, -16)
    fine = np.abs(signal.resample_poly(audio.astype(np.float64), 16, 1, axis=1)).max()
    assert measured.loudness_lufs == pytest.approx(-16, abs=0.2)
    assert 20 * np.log10(fine) <= -1.0
    assert measured.true_peak_dbtp == pytest.approx(20 * np.log10(fine), abs=0.15)


def test_a_master_below_the_ceiling_is_not_limited() -> None:
    """Where nothing peaks, the audio is only scaled."""
    audio = sine(500, 3, -30)
    before = audio.copy()
    master(audio, -25)
    middle = slice(SAMPLE_RATE, 2 * SAMPLE_RATE)
    gain = audio[0, middle] @ before[0, middle] / (before[0, middle] @ before[0, middle])
    np.testing.assert_allclose(audio[0, middle], before[0, middle] * gain, atol=1e-3)


def test_the_room_is_a_plain_convolution() -> None:
    """Block by block gives what convolving everything at once gives, and the dry sound is kept."""
    dice = np.random.default_rng(9)
    audio = (dice.standard_normal((2, 300_000)) * 0.1).astype(np.float32)
    dry = audio.copy()
    room = Room(0.6, echo_s=0.25, echo_level=0.3)
    impulse = np.zeros((2, 60_000), np.float32)
    impulse[:, 0] = 1.0
    room.add_to(impulse, 1.0)
    impulse[:, 0] -= 1.0
    room.add_to(audio, 0.5)
    send = dry.sum(axis=0) / 2
    expected = dry + 0.5 * np.stack([signal.oaconvolve(send, side)[:300_000] for side in impulse])
    np.testing.assert_allclose(audio, expected, atol=1e-4)
