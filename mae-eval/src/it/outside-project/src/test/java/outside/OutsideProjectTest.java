package outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.report.Report;
import org.maejava.eval.run.Exports;
import org.maejava.eval.run.Origin;
import org.maejava.eval.run.TrainingRun;
import org.maejava.savedmodel.SavedModel;
import org.slf4j.LoggerFactory;

@DisplayName("A project that depends on mae-eval")
class OutsideProjectTest {

  private static final List<String> TINY =
      List.of(
          "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }",
          "training { epochs: 1 warmup_epochs: 0 batch_size: 50 }");

  @Test
  void trainsAnEpochExportsAndOpensTheModel(@TempDir Path folder) throws Exception {
    var recipe = Recipes.load("demo", "pretrain", TINY);
    var data = ImageSet.open("fashion-mnist?train=20");
    var machine = Machine.here(2);
    var origin = Origin.now("pretrain", "demo", Clock.systemUTC());
    var model = folder.resolve("encoder");
    try (var run =
        new TrainingRun(recipe, data, machine, origin, TrainingRun.Surroundings.none())) {
      run.train();
      var record = run.record().build();
      assertEquals(4, record.getSteps());
      Exports.write(record, run.weights(), machine, model);
      var report =
          ReportRecord.newBuilder().setTitle("Outside").setPretraining(record).build();
      var page = new Report(report, List.of()).write(folder);
      assertTrue(Files.readString(page).contains("Chart.js"));
    }
    try (var encoder = SavedModel.open(model)) {
      assertEquals(16, encoder.features(new float[1][28 * 28])[0].length);
    }
  }

  @Test
  void logsWithItsOwnLibrary() {
    assertInstanceOf(LoggerContext.class, LoggerFactory.getILoggerFactory());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "picocli.CommandLine",
        "me.tongfei.progressbar.ProgressBar",
        "org.jline.terminal.Terminal",
        "com.sun.jna.Native",
        "org.slf4j.simple.SimpleLogger"
      })
  void isNotGivenWhatTheCommandAloneNeeds(String name) {
    assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
  }
}
