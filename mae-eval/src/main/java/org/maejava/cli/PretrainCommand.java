package org.maejava.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.Pictures;
import org.maejava.eval.Reconstruction;
import org.maejava.eval.Report;
import org.maejava.eval.TrainingRun;
import org.maejava.proto.ReportRecord;
import org.maejava.proto.RunRecord;
import picocli.CommandLine.Command;

/** {@code mae pretrain}. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Train a masked autoencoder on images; labels are not looked at.",
    footer = {
      "",
      "Example:  mae pretrain --data photos/ --recipe tiny-64 --out runs/photos",
      "          mae pretrain --out runs/photos --resume"
    })
final class PretrainCommand extends TrainingCommand {

  private static final int PICTURES = 8;

  @Override
  String task() {
    return "pretrain";
  }

  @Override
  ReportRecord finish(
      TrainingRun run, RunRecord.Builder record, ImageSet data, List<Report.Picture> pictures)
      throws IOException {
    var source = data.evaluation().size() > 0 ? data.evaluation() : data.training();
    var experiment = record.getExperiment();
    var reconstruction = new Reconstruction(experiment, run.weights(), machine());
    var triptychs = reconstruction.triptychs(source, PICTURES, experiment.getTraining().getSeed());
    pictures.add(
        Report.Picture.of(
            "reconstruction", reconstruction.caption(), Pictures.sheet(triptychs, 2)));
    var curve = record.getCurveList();
    return ReportRecord.newBuilder()
        .setTitle("Masked autoencoder pre-training")
        .setConclusion(
            String.format(
                Locale.ROOT,
                "The loss fell from %.4f to %.4f in %d epochs (%.0f images/s).",
                curve.get(0).getLoss(),
                curve.get(curve.size() - 1).getLoss(),
                experiment.getTraining().getEpochs(),
                record.getImagesPerSecond()))
        .setPretraining(record)
        .build();
  }
}
