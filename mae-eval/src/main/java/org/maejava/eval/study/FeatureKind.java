package org.maejava.eval.study;

import java.util.List;
import org.maejava.eval.probe.FeatureClassifier;
import org.maejava.eval.probe.LogisticProbe;
import org.maejava.eval.probe.NearestNeighbours;
import org.maejava.eval.proto.ProtocolPlan;

/**
 * A protocol on cached features as a plan describes it.
 *
 * @param command as records name it, and as one types it after {@code mae}
 * @param title in tables
 * @param all what is chosen from
 */
record FeatureKind(String command, String title, List<? extends FeatureClassifier> all) {

  static final String NEAREST_NEIGHBOURS = "knn";
  static final String LOGISTIC_REGRESSION = "probe";

  /**
   * Nearest neighbours or logistic regression, with the plan's numbers or those of the field.
   *
   * @throws IllegalArgumentException if a number is impossible
   */
  static FeatureKind of(ProtocolPlan protocol) {
    if (protocol.hasFeatureProbe()) {
      var penalties = protocol.getFeatureProbe().getPenaltiesList();
      return new FeatureKind(
          LOGISTIC_REGRESSION,
          "Linear probe, L-BFGS",
          (penalties.isEmpty() ? LogisticProbe.DEFAULT_PENALTIES : penalties)
              .stream().distinct().map(LogisticProbe::new).toList());
    }
    var plan = protocol.getNearestNeighbours();
    double temperature =
        plan.hasTemperature() ? plan.getTemperature() : NearestNeighbours.DEFAULT_TEMPERATURE;
    var classifiers =
        (plan.getNeighboursCount() == 0
                ? NearestNeighbours.DEFAULT_NEIGHBOURS
                : plan.getNeighboursList())
            .stream().distinct().map(k -> new NearestNeighbours(k, temperature)).toList();
    return new FeatureKind(
        NEAREST_NEIGHBOURS,
        classifiers.size() == 1 ? "k-NN, " + classifiers.get(0).name() : "k-NN",
        classifiers);
  }

  /** As a candidate takes them. */
  List<FeatureClassifier> classifiers() {
    return List.copyOf(all);
  }
}
