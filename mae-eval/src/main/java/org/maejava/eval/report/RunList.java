package org.maejava.eval.report;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.compare.Cells;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.run.RunFolder;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.storage.FolderLock;

/** Runs and comparisons below a folder, at a glance. */
public final class RunList {

  /** Of an exported model, which has a record too. */
  private static final String SAVED_MODEL = "saved_model.pb";

  /** Characters of a reason in a table. */
  private static final int BRIEF = 100;

  private static final String FINISHED = "finished";

  private RunList() {}

  /**
   * A run or a comparison.
   *
   * @param folder from where was looked
   * @param state running, finished, with its report or without, stopped or failed at which step, or
   *     damaged
   * @param what its protocol and labels
   * @param result so far, or why it failed
   */
  public record Row(String folder, String state, String what, String result) {}

  /**
   * Finds them.
   *
   * @param cells whether the finished cells of comparisons are listed too
   * @throws IllegalArgumentException if there is no such folder
   */
  public static List<Row> below(Path folder, boolean cells) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("there is no folder " + folder);
    }
    var rows = new ArrayList<Row>();
    var apart = Set.of("checkpoints", RunFolder.TENSORBOARD);
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes)
              throws IOException {
            var name = String.valueOf(at.getFileName());
            if (!at.equals(folder)
                && (name.startsWith(".")
                    || apart.contains(name)
                    || Cells.isUnfinished(at)
                    || (!cells && name.equals(RunFolder.CELLS)))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            add(at, folder, rows);
            return FileVisitResult.CONTINUE;
          }

          // Runs that go on write and delete while one looks.
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    rows.sort(Comparator.comparing(Row::folder));
    return rows;
  }

  private static void add(Path at, Path from, List<Row> rows) throws IOException {
    var name = at.equals(from) ? String.valueOf(at) : from.relativize(at).toString();
    try {
      if (Files.isRegularFile(at.resolve(RecordFile.NAME))
          && !Files.exists(at.resolve(SAVED_MODEL))) {
        var run = LeftRun.in(at, name).orElseThrow();
        rows.add(reported(row(run), at));
      } else if (RunFolder.holdsSeveral(at)) {
        rows.add(comparison(at, name));
      }
    } catch (IOException e) {
      rows.add(new Row(name, "damaged", "", String.valueOf(e.getMessage())));
    }
  }

  /**
   * A run that was stopped in its report, or whose report was deleted, lacks the last of what it
   * leaves; the cells of a comparison have none.
   */
  private static Row reported(Row row, Path at) {
    return row.state().equals(FINISHED)
            && !Files.exists(at.resolve(RunFolder.REPORT))
            && !Files.exists(at.resolve(Cells.NAME))
        ? new Row(
            row.folder(),
            FINISHED + ", no report",
            row.what(),
            row.result() + "; `mae report` with this folder writes it")
        : row;
  }

  private static Row row(LeftRun left) {
    var run = left.record();
    var at = String.format(Locale.ROOT, "%,d/%,d", run.getSteps(), run.getTotalSteps());
    // Early records and those of cached features count no steps.
    boolean finished =
        run.hasEvaluation()
            || (run.getExperiment().hasPretraining() && run.getSteps() == run.getTotalSteps());
    boolean failed = !left.running() && !run.getFailure().isEmpty();
    var state =
        left.running()
            ? "running " + at
            : failed ? "failed " + at : finished ? FINISHED : "stopped " + at;
    var what =
        run.getExperiment().hasPretraining()
            ? OneRun.title(run)
            : String.format(
                Locale.ROOT,
                "%s, %,d labels",
                OneRun.title(run),
                run.getData().getTrainingImages());
    return new Row(left.name(), state, what, failed ? brief(run.getFailure()) : result(run));
  }

  private static String result(RunRecord run) {
    if (run.hasEvaluation()) {
      var evaluation = run.getEvaluation();
      return "%s %% right (%s to %s)"
          .formatted(
              Percent.of(evaluation.getAccuracy()),
              Percent.of(evaluation.getAccuracyLow()),
              Percent.of(evaluation.getAccuracyHigh()));
    }
    if (run.getCurveCount() == 0) {
      return "";
    }
    var probes = run.getProbesList();
    return String.format(
        Locale.ROOT,
        "loss %.4f%s",
        run.getCurve(run.getCurveCount() - 1).getLoss(),
        probes.isEmpty()
            ? ""
            : ", k-NN %s %%".formatted(Percent.of(probes.get(probes.size() - 1).getAccuracy())));
  }

  private static String brief(String reason) {
    var line = reason.lines().findFirst().orElse("");
    return line.length() <= BRIEF ? line : line.substring(0, BRIEF - 1) + "…";
  }

  private static Row comparison(Path at, String name) throws IOException {
    boolean taken = FolderLock.isTaken(at);
    var report =
        Files.exists(at.resolve(RunFolder.REPORT_JSON))
            ? Report.read(at)
            : ReportRecord.getDefaultInstance();
    var comparison = report.getComparison();
    int done = comparison.getEntriesList().stream().mapToInt(ComparisonEntry::getRunsCount).sum();
    int all = Math.max(done, comparison.getCells());
    // How many there are to be is in the first report, after what has to be pre-trained.
    var cells =
        all == 0 ? "before its first cell" : String.format(Locale.ROOT, "%,d/%,d cells", done, all);
    var state =
        taken ? "running " + cells : done > 0 && done == all ? FINISHED : "stopped " + cells;
    return new Row(name, state, title(at, comparison), best(comparison));
  }

  /** Runs of one protocol with several seeds are a comparison without a plan. */
  private static String title(Path at, Comparison comparison) {
    if (Files.exists(at.resolve(RunFolder.PLAN))) {
      return "Comparison";
    }
    return comparison.getEntriesCount() == 0
        ? "Several seeds"
        : String.format(
            Locale.ROOT,
            "%s, %,d labels, seeds: %d",
            OneRun.title(comparison.getEntries(0).getRuns(0)),
            comparison.getEntries(0).getLabels(),
            comparison.getCells());
  }

  /** Of the column with most labels. */
  private static String best(Comparison comparison) {
    var entries = comparison.getEntriesList();
    int most = entries.stream().mapToInt(ComparisonEntry::getLabels).max().orElse(0);
    var column = entries.stream().filter(entry -> entry.getLabels() == most).toList();
    return column.stream()
        .max(Comparator.comparingDouble(ComparisonEntry::getMeanAccuracy))
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "%s %% right%s%s",
                    Percent.of(entry.getMeanAccuracy()),
                    entry.hasAccuracyStd() ? " ± " + Percent.of(entry.getAccuracyStd()) : "",
                    column.size() == 1
                        ? ""
                        : ", the best of %d with %,d labels: %s"
                            .formatted(column.size(), most, entry.getProtocol())))
        .orElse("");
  }
}
