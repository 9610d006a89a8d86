"""Makes the recordings of this folder, and what is to be heard in each.

Run with numpy 2, scipy 1.17 and Debian 12's ffmpeg and vorbis-tools in this folder:
``python make_audio.py``. They encode, and decode again to ``<file>.f32``; scipy resamples; numpy computes the log-mel
spectrogram by librosa's definitions, written out below. All expectations are little-endian
float32 in row-major order, and share no code with the Java side.
"""

import subprocess
from pathlib import Path

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

RATE = 44_100
SECONDS = 0.2
CHIRP_RATE = 16_000


def ffmpeg(*arguments):
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-bitexact", *arguments]
    subprocess.run(command, check=True)


def tones():
    """440 Hz on the left, 1000 Hz on the right."""
    time = np.arange(int(RATE * SECONDS)) / RATE
    left = 0.5 * np.sin(2 * np.pi * 440 * time)
    right = 0.25 * np.sin(2 * np.pi * 1000 * time)
    return np.stack([left, right], axis=1)


def chirp():
    """From 100 Hz to 6 kHz in a quarter of a second."""
    time = np.arange(CHIRP_RATE // 4) / CHIRP_RATE
    phase = 2 * np.pi * (100 * time + (6000 - 100) / 0.25 * time**2 / 2)
    return 0.8 * np.sin(phase)


def hz_to_mel(hz):
    return np.where(hz < 1000, hz * 3 / 200, 15 + np.log(np.maximum(hz, 1) / 1000) * 27 / np.log(6.4))


def mel_to_hz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


def mel_filters(sr, n_fft, n_mels, fmin, fmax):
    """librosa.filters.mel with htk=False and norm="slaney"."""
    frequencies = np.fft.rfftfreq(n_fft, 1 / sr)
    mel = mel_to_hz(np.linspace(hz_to_mel(np.float64(fmin)), hz_to_mel(np.float64(fmax)), n_mels + 2))
    ramps = mel[:, None] - frequencies[None, :]
    width = np.diff(mel)
    weights = np.zeros((n_mels, len(frequencies)))
    for i in range(n_mels):
        weights[i] = np.maximum(0, np.minimum(-ramps[i] / width[i], ramps[i + 2] / width[i + 1]))
    return weights * (2 / (mel[2:] - mel[:-2]))[:, None]


def log_mel(y, sr, n_fft, hop_length, n_mels, fmin, fmax, top_db):
    """librosa.power_to_db(librosa.feature.melspectrogram(y=y, ...), top_db=top_db)."""
    padded = np.pad(y, n_fft // 2)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    count = 1 + (len(padded) - n_fft) // hop_length
    frames = np.stack([padded[i * hop_length : i * hop_length + n_fft] * window for i in range(count)])
    power = np.abs(np.fft.rfft(frames, axis=1).T) ** 2
    decibels = 10 * np.log10(np.maximum(1e-10, mel_filters(sr, n_fft, n_mels, fmin, fmax) @ power))
    return np.maximum(decibels, decibels.max() - top_db)


def expect(name, values):
    Path(name).write_bytes(np.asarray(values, dtype="<f4").tobytes())


def main():
    wavfile.write("tone.wav", RATE, np.round(tones() * 32767).astype(np.int16))
    ffmpeg("-i", "tone.wav", "tone.flac")
    ffmpeg("-i", "tone.wav", "-af", "volume=0.7:precision=float", "-sample_fmt", "s32", "tone24.flac")
    subprocess.run("oggenc -Q -q 6 --serial 1 -o tone.ogg tone.wav".split(), check=True)
    decoded = Path("decoded.wav")
    subprocess.run(["oggdec", "-Q", "-b", "16", "-o", decoded, "tone.ogg"], check=True)
    expect("tone.ogg.f32", wavfile.read(decoded)[1] / 32768)
    decoded.unlink()
    ffmpeg("-i", "tone.wav", "-c:a", "libmp3lame", "-b:a", "192k", "tone.mp3")
    ffmpeg("-i", "tone.wav", "-ac", "1", "-ar", "22050", "-c:a", "libmp3lame", "-b:a", "64k",
           "-id3v2_version", "0", "-write_xing", "0", "plain.mp3")
    ffmpeg("-i", "tone.wav", "-c:a", "libopus", "opus.ogg")
    ffmpeg("-i", "tone.wav", "-c:a", "aac", "tone.m4a")
    for name in ("tone24.flac", "tone.mp3"):
        ffmpeg("-i", name, "-f", "f32le", f"{name}.f32")

    samples = np.round(chirp() * 32767).astype(np.int16)
    wavfile.write("chirp.wav", CHIRP_RATE, samples)
    ffmpeg("-i", "chirp.wav", "-c:a", "pcm_f64le", "f64.wav")
    piped = ["ffmpeg", "-loglevel", "error", "-bitexact", "-i", "chirp.wav", "-f", "wav", "pipe:1"]
    Path("pipe.wav").write_bytes(subprocess.run(piped, check=True, capture_output=True).stdout)
    y = samples / 32768
    for rate in (8_000, 11_025, 44_100):
        expect(f"chirp.{rate}.f32", np.clip(resample_poly(y, rate, CHIRP_RATE), -1, 1))
    expect("chirp.mel.f32", log_mel(y, CHIRP_RATE, 400, 160, 40, 0, 8000, 80))
    expect("chirp.odd-mel.f32", log_mel(y, CHIRP_RATE, 255, 100, 20, 50, 7000, 60))


if __name__ == "__main__":
    main()
