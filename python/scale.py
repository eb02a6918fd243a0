"""Prints what docs/scale.md says: articles a core and second, memory a worker, start-up, for the
binary, the package, and the engines that are installed. Linux alone; CPU seconds are counted, since
seconds of the clock tell of the machine's other work too.

    python python/scale.py [--rows 20000] [--binary masthead] [--only spark]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# The folder of this file has the package without its core.
sys.path = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).resolve().parent]

ENGINES = ["binary", "package", "spark", "datatrove", "ray", "datasets"]
#: Characters of an article of CC-News, about.
LENGTH = 3000
FILES = 4
TICKS = os.sysconf("SC_CLK_TCK")


def articles(rows):
    """The samples, one after another until they are as long as articles are."""
    path = Path(__file__).parent / "../training-data/samples.jsonl"
    samples = [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
    for n in range(rows):
        text = f"On day {n} it began."
        at = n
        while len(text) < LENGTH:
            text += "\n\n" + samples[at % len(samples)]
            at += 1
        yield {"id": str(n), "url": f"https://host{n % 97}.example/{n}", "text": text}


def run_spark(folder, out):
    from pyspark.sql import SparkSession

    from masthead.spark import classify

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    classify(spark.read.parquet(f"{folder}/*.parquet"), url="url").write.parquet(out)
    spark.stop()


def run_datatrove(folder, out):
    from datatrove.executor.local import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import JsonlWriter

    from masthead.datatrove import Annotator

    steps = [ParquetReader(folder, glob_pattern="*.parquet"), Annotator(), JsonlWriter(out)]
    LocalPipelineExecutor(steps, tasks=FILES, workers=2, logging_dir=f"{out}.logs").run()


def run_ray(folder, out):
    import ray

    from masthead.ray_data import classify

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    classify(ray.data.read_parquet(folder), url="url", actors=2).write_parquet(out)
    ray.shutdown()


def run_datasets(folder, out):
    import datasets
    import masthead

    m = masthead.Classifier()
    data = datasets.load_dataset("parquet", data_dir=folder, split="train", cache_dir=f"{out}.cache")

    def judge(batch):
        return m.classify_batch(batch, url="url", dictionary=False).to_pyarrow()

    data.with_format("arrow").map(judge, batched=True).to_parquet(f"{out}.parquet")


def run_package(folder, out):
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    import masthead

    batches = ds.dataset(folder).scanner(batch_size=1024).to_reader()
    stream = masthead.Classifier().classify_stream(batches, url="url")
    writer = None
    for table in stream:
        table = table.to_pyarrow()
        writer = writer or pq.ParquetWriter(f"{out}.parquet", table.schema)
        writer.write_table(table)
    writer.close()


def processes():
    """Of each process its parent, its CPU seconds and its peak in KiB."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            status = (path / "status").read_text()
            peak = status.partition("VmHWM:")[2].split()[:1]
            found[int(path.name)] = (
                int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS, int((peak or ["0"])[0]),
            )
        except (OSError, IndexError):
            continue
    return found


class Watched:
    """A command and the processes that it starts, looked at every now and then."""

    def __init__(self, command, env):
        self.cpu, self.peak, self.workers = {}, {}, set()
        begun = time.monotonic()
        child = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        told = []
        threading.Thread(target=lambda: told.append(child.stderr.read()), daemon=True).start()
        while child.poll() is None:
            self.look(child.pid)
            time.sleep(0.05)
        self.seconds = time.monotonic() - begun
        if child.returncode:
            time.sleep(0.2)
            raise SystemExit(f"{command}: {''.join(told)[-2000:]}")

    def look(self, root):
        all_, ours = processes(), {root}
        grown = True
        while grown:
            more = {pid for pid, (parent, *_) in all_.items() if parent in ours} - ours
            ours |= more
            grown = bool(more)
        for pid in ours & all_.keys():
            _, self.cpu[pid], peak = all_[pid]
            # One that has ended, but is not yet waited for, has no peak any more.
            self.peak[pid] = max(peak, self.peak.get(pid, 0))
            if pid not in self.workers:
                try:
                    if "masthead" in Path(f"/proc/{pid}/maps").read_text():
                        self.workers.add(pid)
                except OSError:
                    pass

    def figures(self):
        # Who only watches over workers has the package in memory, but no model in use.
        peak = max((self.peak[pid] for pid in self.workers), default=0)
        return sum(self.cpu.values()), peak / 1024, self.seconds


def measured(engine, binary, rows, folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    crawl = folder / f"in{rows}"
    if not crawl.exists():
        crawl.mkdir()
        table = pa.Table.from_pylist(list(articles(rows)))
        for file in range(FILES):
            part = table.take(list(range(file, rows, FILES)))
            pq.write_table(part, crawl / f"{file}.parquet", row_group_size=1000)
    out = folder / f"{engine}{rows}"
    if engine == "binary":
        command = [binary, "score", crawl, "-o", f"{out}.parquet", "-q", "--jobs", "2"]
    else:
        command = [sys.executable, __file__, "--run", engine, crawl, out]
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    return Watched([str(part) for part in command], env).figures()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--binary", default=os.environ.get("MASTHEAD_BINARY", "masthead"))
    parser.add_argument("--only", choices=ENGINES, action="append")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        engine, folder, out = args.run
        globals()[f"run_{engine}"](folder, out)
        return
    print("| engine | articles a CPU second | peak MB a worker | start, CPU seconds | start, seconds |")
    print("|---|---:|---:|---:|---:|")
    few = 64
    for engine in args.only or ENGINES:
        module = {"spark": "pyspark", "package": "pyarrow", "binary": "pyarrow"}.get(engine, engine)
        missing = __import__("importlib.util").util.find_spec(module) is None
        if missing or (engine == "binary" and not shutil.which(args.binary)):
            print(f"| {engine} | not installed | | | |")
            continue
        with tempfile.TemporaryDirectory() as folder:
            start, _, waited = measured(engine, args.binary, few, Path(folder))
            cpu, peak, _ = measured(engine, args.binary, args.rows, Path(folder))
        rate = (args.rows - few) / (cpu - start)
        print(f"| {engine} | {rate:.0f} | {peak:.0f} | {start:.1f} | {waited:.1f} |", flush=True)


if __name__ == "__main__":
    main()
