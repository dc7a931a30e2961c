package org.maejava.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.eval.bench.StepWork;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.proto.RunRecord;

/**
 * What a row of a report took.
 *
 * @param what the row
 * @param runs how many
 * @param seconds of training, data included
 * @param trialSeconds of the search before it
 * @param images that went through training, repeats counted
 * @param teraflop of training, in 10¹² floating-point operations; 0 where no count is known
 */
public record RowCost(
    String what, int runs, double seconds, double trialSeconds, double images, double teraflop) {

  private static final double TERA = 1e12;

  static List<RowCost> of(ReportRecord record) {
    Map<String, RowCost> rows = new LinkedHashMap<>();
    if (record.hasPretraining()) {
      add(rows, "Pre-training", record.getPretraining(), 0);
    }
    for (var entry : record.getComparison().getEntriesList()) {
      for (int i = 0; i < entry.getRunsCount(); i++) {
        double trials =
            entry.getCellsCount() > i ? entry.getCells(i).getCost().getTrialSeconds() : 0;
        add(rows, entry.getProtocol(), entry.getRuns(i), trials);
      }
    }
    // Those with labels are rows of the comparison.
    record.getRunsList().stream()
        .filter(named -> !named.getRun().hasEvaluation())
        .forEach(named -> add(rows, named.getName(), named.getRun(), 0));
    return new ArrayList<>(rows.values());
  }

  private static void add(
      Map<String, RowCost> rows, String what, RunRecord run, double trialSeconds) {
    double images =
        (double) run.getSteps()
            * run.getExperiment().getTraining().getBatchSize()
            * run.getExperiment().getTraining().getAccumulationSteps();
    var one = new RowCost(what, 1, run.getSeconds(), trialSeconds, images, images * work(run));
    rows.merge(what, one, RowCost::plus);
  }

  /** Teraflop for each image; of frozen blocks there is no count. */
  private static double work(RunRecord run) {
    var experiment = run.getExperiment();
    boolean counted = experiment.hasPretraining() || experiment.getClassification().hasAll();
    return counted && experiment.getModel().hasPatch() ? StepWork.perImage(experiment) / TERA : 0;
  }

  private RowCost plus(RowCost other) {
    return new RowCost(
        what,
        runs + other.runs,
        seconds + other.seconds,
        trialSeconds + other.trialSeconds,
        images + other.images,
        teraflop + other.teraflop);
  }
}
