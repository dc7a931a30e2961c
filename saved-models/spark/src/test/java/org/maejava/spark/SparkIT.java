package org.maejava.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonParser;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.documents.Markdown;
import org.maejava.documents.Snippets;
import org.maejava.golden.TinyModel;
import org.maejava.savedmodel.SavedModel;
import org.maejava.savedmodel.SavedModelWriter;
import org.maejava.savedmodel.TinyExport;

/** Real Spark: a cluster of processes, and threads of this one that share a model. */
@DisplayName("Images in Spark")
class SparkIT {

  private static final int IMAGES = 84;

  @TempDir private static Path folder;

  private static Path photos;
  private static Path encoder;
  private static Path classifier;
  private static SparkSession spark;

  @BeforeAll
  static void makeModelsAndPhotos() throws Exception {
    try (var graph = TinyExport.pretrained(false)) {
      encoder =
          SavedModelWriter.write(
              graph, TinyExport.record(TinyModel.of(false)), folder.resolve("encoder"));
    }
    try (var graph = TinyExport.classifier()) {
      classifier =
          SavedModelWriter.write(graph, TinyExport.classifierRecord(), folder.resolve("pets"));
    }
    photos = Files.createDirectory(folder.resolve("photos"));
    var files = TinyExport.files(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      Files.write(photos.resolve("%03d.%s".formatted(i, i % 2 == 0 ? "png" : "jpg")), files.get(i));
    }
    Files.writeString(photos.resolve("text.jpg"), "no image");
    Files.write(photos.resolve("torn.png"), Arrays.copyOf(files.get(0), 60));
    try (var huge = new RandomAccessFile(photos.resolve("huge.tif").toFile(), "rw")) {
      huge.setLength(3L << 30);
    }
    spark =
        SparkSession.builder()
            .master("local[3]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toUri().toString())
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void haveTheBitsOfTheCommandAlthoughAnExecutorIsKilled() throws Exception {
    var out = folder.resolve("features");
    var job =
        SparkSubmit.start(
            folder,
            List.of(
                "--conf",
                "spark.sql.files.maxPartitionBytes=16m",
                "--conf",
                "spark.ui.enabled=false",
                "--jars",
                SparkSubmit.nativeLibrary().toString(),
                "--class",
                "org.maejava.spark.EmbedImages",
                jar().toString(),
                encoder.toString(),
                photos.toString(),
                out.toString()));
    try {
      job.await(() -> tasksThatEnded(out) > 3);
      var killed = job.executors().get(0);
      assertThat(killed.destroyForcibly()).isTrue();
      assertThat(out.resolve("_SUCCESS")).doesNotExist();
      assertThat(job.end()).containsPattern("Lost executor \\d");
    } finally {
      job.kill();
    }
    var rows = spark.read().parquet(out.toString()).collectAsList();
    assertThat(rows).hasSize(IMAGES + 3);
    var reasons = new TreeMap<String, String>();
    var features = new TreeMap<String, List<Float>>();
    for (var row : rows) {
      assertThat(row.isNullAt(row.fieldIndex("features")))
          .isNotEqualTo(row.isNullAt(row.fieldIndex("reason")));
      if (row.isNullAt(row.fieldIndex("features"))) {
        reasons.put(name(row), row.getString(row.fieldIndex("reason")));
      } else {
        features.put(name(row), row.getList(row.fieldIndex("features")));
      }
    }
    assertThat(reasons).containsOnlyKeys("huge.tif", "text.jpg", "torn.png");
    assertThat(reasons.get("huge.tif"))
        .isEqualTo("the file has 3221225472 bytes; at most 134217728 are read");
    assertThat(features).isEqualTo(ofTheCommand());
  }

  private static int tasksThatEnded(Path out) throws Exception {
    var attempts = out.resolve("_temporary/0");
    if (!Files.isDirectory(attempts)) {
      return 0;
    }
    try (var entries = Files.list(attempts)) {
      return (int) entries.filter(e -> e.getFileName().toString().startsWith("task_")).count();
    }
  }

  private static String name(Row row) {
    return name(row.<String>getAs("path"));
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Path jar() throws Exception {
    try (var entries = Files.list(Path.of("target"))) {
      return entries
          .filter(entry -> entry.toString().endsWith("-all.jar"))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    }
  }

  /** What {@code mae embed} says of the same files; the whole build makes it before. */
  private static Map<String, List<Float>> ofTheCommand() throws Exception {
    var mae = Path.of("..", "..", "mae-eval", "target", "mae.jar").toAbsolutePath().normalize();
    assumeThat(mae).as("the command, which the whole build makes first").exists();
    var file = folder.resolve("features.jsonl");
    var process =
        new ProcessBuilder(
                SparkSubmit.java(),
                "-jar",
                mae.toString(),
                "embed",
                encoder.toString(),
                "--data",
                photos.toString(),
                "--out",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("embed.log").toFile())
            .start();
    assertThat(process.waitFor())
        .as(Files.readString(folder.resolve("embed.log")))
        .isEqualTo(1); // done, and some could not be read
    var features = new TreeMap<String, List<Float>>();
    for (var line : Files.readAllLines(file)) {
      var json = JsonParser.parseString(line).getAsJsonObject();
      features.put(
          name(json.get("name").getAsString()),
          json.getAsJsonArray("features").asList().stream()
              .map(value -> Float.parseFloat(value.getAsString()))
              .toList());
    }
    return features;
  }

  @Test
  void areWhatTheReadmeSaysInJava() throws Exception {
    var example =
        block("java", 0)
            .replace("/models/encoder", encoder.toString())
            .replace("/models/pets", classifier.toString())
            .replace("photos/*.jpg", photos + "/00*.jpg")
            .replace("features/", folder.resolve("of-java") + "/");
    var said =
        Snippets.output(
            List.of("org.apache.spark.sql.*", "org.maejava.spark.*"),
            Map.of("SparkSession spark", spark),
            example,
            Files.createDirectory(folder.resolve("compiled")));
    assertThat(said).contains("probability").contains("001.jpg");
    assertThat(spark.read().parquet(folder.resolve("of-java").toString()).count()).isEqualTo(5);
  }

  @Test
  void areWhatTheReadmeSaysInSql() throws Exception {
    SqlFunctions.register(spark);
    EmbedImages.of(encoder.toString()).over(files("0*.png")).createOrReplaceTempView("features");
    var statements =
        block("sql", 0)
            .replace("/models/encoder", encoder.toString())
            .replace("/models/pets", classifier.toString())
            .replace("/photos", photos.toString())
            .split(";");
    assertThat(statements).hasSize(4); // and what follows the last
    var classes = spark.sql(statements[0]).collectAsList();
    assertThat(classes).hasSize(IMAGES / 2 + 1);
    try (var model = SavedModel.open(classifier)) {
      for (var row : classes) {
        if (!row.isNullAt(1)) {
          var best = model.classify(photos.resolve(name(row))).best();
          assertThat(row.<Row>getList(1).get(0).getString(1)).isEqualTo(best.name());
        }
      }
    }
    assertThat(spark.sql(statements[1]).collectAsList().get(0).getLong(0)).isEqualTo(1);
    assertThat(spark.sql(statements[2]).collectAsList()).hasSize(IMAGES / 2);
  }

  private static String block(String language, int index) throws Exception {
    return Markdown.blocks(Files.readString(Path.of("README.md")), language).get(index);
  }

  private static Dataset<Row> files(String pattern) {
    return spark.read().format("binaryFile").load(photos + "/" + pattern);
  }

  @Test
  void shareAModelAmongAllTasksOfAProcess() throws Exception {
    var pets = ClassifyImages.of(classifier.toString()).top(99);
    var rows = pets.over(files("[0-9]*").repartition(12)).collectAsList();
    assertThat(rows).hasSize(IMAGES);
    try (var model = SavedModel.open(classifier)) {
      for (var row : rows) {
        var scores = row.<Row>getList(row.fieldIndex("classes"));
        assertThat(scores).hasSize(TinyExport.CLASSES.size());
        var expected = model.classify(photos.resolve(name(row)));
        assertThat(scores)
            .extracting(score -> score.getString(1))
            .hasSameElementsAs(expected.scores().stream().map(s -> s.name()).toList());
      }
    }
  }

  /** Null is no image; a partition without rows needs no model. */
  @Test
  void giveRowsWithReasonsForWhatIsNone() {
    var schema =
        new StructType().add("id", DataTypes.IntegerType).add("photo", DataTypes.BinaryType);
    var rows =
        List.of(
            RowFactory.create(1, null),
            RowFactory.create(2, new byte[0]),
            RowFactory.create(null, new byte[] {1, 2, 3}));
    var answered =
        EmbedImages.of(encoder.toString())
            .over(spark.createDataFrame(rows, schema).repartition(7), "photo");
    assertThat(answered.columns()).containsExactly("id", "features", "reason");
    assertThat(answered.collectAsList())
        .hasSize(3)
        .allSatisfy(row -> assertThat(row.isNullAt(1)).isTrue())
        .allSatisfy(row -> assertThat(row.getString(2)).isNotEmpty())
        .anySatisfy(row -> assertThat(row.getString(2)).isEqualTo("there is no content"));
    var nothing = spark.createDataFrame(List.<Row>of(), schema);
    assertThat(EmbedImages.of("/no/such/model").over(nothing, "photo").count()).isZero();
  }

  @Test
  void areRefusedWithEveryColumnThatDoesNotFit() {
    var schema =
        new StructType().add("content", DataTypes.StringType).add("Reason", DataTypes.LongType);
    var table = spark.createDataFrame(List.<Row>of(), schema);
    assertThatThrownBy(() -> EmbedImages.of("m").over(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the images' table: column content is string instead of binary; a column reason,"
                + " which is added, is there already");
    assertThatThrownBy(() -> EmbedImages.of("m").over(table, "image"))
        .hasMessageContaining("there is no column image among [content, Reason]");
  }

  @Test
  void failWhereThereIsNoModelOrAnotherOne() {
    assertThatThrownBy(() -> EmbedImages.of("/no/such/model").over(files("001.jpg")).collect())
        .hasStackTraceContaining(
            "/no/such/model does not exist; give the folder of an exported model");
    assertThatThrownBy(() -> ClassifyImages.of(encoder.toString()).over(files("001.jpg")).collect())
        .hasStackTraceContaining("has no function classify; it has");
    assertThatThrownBy(() -> ClassifyImages.of("m").top(0)).hasMessage("top 0 must be at least 1");
    assertThatThrownBy(() -> EmbedImages.main(new String[] {"model", "images"}))
        .hasMessage("2 arguments for EmbedImages MODEL IMAGES OUT [average]");
    assertThatThrownBy(() -> ClassifyImages.main(new String[] {"m", "images", "out", "some"}))
        .hasMessage("some is no number of classes: ClassifyImages MODEL IMAGES OUT [TOP]");
  }

  /** The functions have one image a call, which may round otherwise than a batch. */
  @Test
  void haveNearlyTheSameFeaturesInSqlFunctions() {
    SqlFunctions.register(spark);
    var model = encoder.toString();
    var batches = new HashMap<String, List<Float>>();
    for (var row : EmbedImages.of(model).over(files("00*")).collectAsList()) {
      batches.put(name(row), row.getList(row.fieldIndex("features")));
    }
    files("00*").createOrReplaceTempView("few");
    var rows = spark.sql("SELECT path, mae_embed(content, '" + model + "').features FROM few");
    assertThat(rows.collectAsList())
        .hasSize(10)
        .allSatisfy(
            row -> {
              List<Float> one = row.getList(1);
              var batch = batches.get(name(row));
              IntStream.range(0, one.size())
                  .forEach(
                      i ->
                          assertThat(one.get(i))
                              .isCloseTo(batch.get(i), org.assertj.core.data.Offset.offset(1e-5f)));
            });
  }
}
