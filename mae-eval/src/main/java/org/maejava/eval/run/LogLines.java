package org.maejava.eval.run;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Optional;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.ProbePoint;
import org.maejava.proto.RunRecord;

/**
 * Lines of {@code log.jsonl}: this project's names, and beside them those of the published code's
 * log, so that what reads the one reads the other. There {@code epoch} counts from 0 and is the one
 * that was trained; here it is how many have been, a fraction.
 */
final class LogLines {

  private static final double PERCENT = 100;

  private LogLines() {}

  /** A point of the loss curve. */
  static String of(CurvePoint point) {
    var line = new JsonObject();
    line.addProperty("step", point.getStep());
    line.addProperty("epoch", point.getEpoch());
    number(line, "loss", point.getLoss());
    number(line, "rate", point.getRate());
    number(line, "gradient_norm", point.getGradientNorm());
    number(line, "train_loss", point.getLoss());
    number(line, "train_lr", point.getRate());
    return new Gson().toJson(line);
  }

  /**
   * The point of a line.
   *
   * @return empty if the line is of something else, or is not whole yet
   */
  static Optional<CurvePoint> point(String line) {
    try {
      var read = JsonParser.parseString(line).getAsJsonObject();
      return read.has("gradient_norm")
          ? Optional.of(
              CurvePoint.newBuilder()
                  .setStep(read.get("step").getAsInt())
                  .setEpoch(read.get("epoch").getAsDouble())
                  .setLoss(read.get("loss").getAsDouble())
                  .setRate(read.get("rate").getAsDouble())
                  .setGradientNorm(read.get("gradient_norm").getAsDouble())
                  .build())
          : Optional.empty();
    } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A look at the features in between. */
  static String of(ProbePoint probe) {
    var line = new JsonObject();
    line.addProperty("step", probe.getStep());
    line.addProperty("epoch", probe.getEpoch());
    line.addProperty("knn_accuracy", probe.getAccuracy());
    line.addProperty("knn_images", probe.getImages());
    return new Gson().toJson(line);
  }

  /** What a finished run came to; the published names have it in percent. */
  static String of(RunRecord record) {
    var evaluation = record.getEvaluation();
    var line = new JsonObject();
    line.addProperty("step", record.getSteps());
    line.addProperty("epoch", (double) record.getExperiment().getTraining().getEpochs());
    line.addProperty("accuracy", evaluation.getAccuracy());
    line.addProperty("top5_accuracy", evaluation.getTop5Accuracy());
    number(line, "evaluation_loss", evaluation.getLoss());
    line.addProperty("parameters", record.getParameters());
    line.addProperty("test_acc1", PERCENT * evaluation.getAccuracy());
    line.addProperty("test_acc5", PERCENT * evaluation.getTop5Accuracy());
    number(line, "test_loss", evaluation.getLoss());
    line.addProperty("n_parameters", record.getTrainedParameters());
    return new Gson().toJson(line);
  }

  /** JSON has no word for what is not finite; protobuf's mapping writes a string. */
  private static void number(JsonObject line, String name, double value) {
    if (Double.isFinite(value)) {
      line.addProperty(name, value);
    } else {
      line.addProperty(name, Double.toString(value));
    }
  }
}
