package org.maejava.data.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.inspect.Conversion;
import org.maejava.data.spec.ImageSet;

/**
 * Python's TensorFlow and tarfile as second readers and writers of shards. Skipped where there are
 * none: {@code MAE_PYTHON} names an interpreter that has them, otherwise {@code python3} is asked.
 */
@DisplayName("Shards in Python")
class PythonShardsTest {

  private static final String PYTHON =
      Optional.ofNullable(System.getenv("MAE_PYTHON")).orElse("python3");

  private static boolean hasTensorflow;

  @TempDir private Path folder;

  @BeforeAll
  static void asksForTensorflow() throws Exception {
    hasTensorflow = run("import tensorflow").equals("");
  }

  /** Standard output, or what went wrong. */
  private static String run(String program, Object... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(PYTHON, "-c", program));
    for (var argument : arguments) {
      command.add(argument.toString());
    }
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return "there is no " + PYTHON;
    }
    var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return process.waitFor() == 0 ? output : "exit status " + process.exitValue();
  }

  private Path photos() {
    for (int i = 0; i < 5; i++) {
      var name = "train/" + (i < 3 ? "cat" : "dog") + "/" + i + ".jpg";
      Pictures.write(folder.resolve(name), Pictures.jpeg(20 + i, 16, i));
    }
    return folder.resolve("train");
  }

  private Path converted(ShardWriter.Format format) throws IOException {
    var shards = folder.resolve(format.ending());
    var data = ImageSet.open(photos().toString(), IndexCache.none());
    assertThat(new Conversion(data, format, 3, shards, done -> {}).run()).isEmpty();
    return shards;
  }

  @Test
  void ofTfRecordsAreReadByTensorFlow() throws Exception {
    assumeTrue(hasTensorflow, PYTHON + " has no tensorflow: TFRecords are not checked in Python");
    var program =
        """
        import sys, glob, hashlib, tensorflow as tf
        features = {'image': tf.io.FixedLenFeature([], tf.string),
                    'label': tf.io.FixedLenFeature([], tf.int64),
                    'file_name': tf.io.FixedLenFeature([], tf.string)}
        for record in tf.data.TFRecordDataset(sorted(glob.glob(sys.argv[1] + '/*.tfrecord'))):
            e = tf.io.parse_single_example(record, features)
            image = tf.io.decode_jpeg(e['image'])
            print(e['file_name'].numpy().decode(), e['label'].numpy(), image.shape[1])
        """;
    assertThat(run(program, converted(ShardWriter.Format.TFRECORD)))
        .isEqualTo(
            """
            train/cat/0.jpg 0 20
            train/cat/1.jpg 0 21
            train/cat/2.jpg 0 22
            train/dog/3.jpg 1 23
            train/dog/4.jpg 1 24""");
  }

  @Test
  void ofTfRecordsThatTensorFlowWroteAreRead() throws Exception {
    assumeTrue(hasTensorflow, PYTHON + " has no tensorflow: TFRecords are not checked in Python");
    var file = folder.resolve("a.tfrecord");
    var program =
        """
        import sys, tensorflow as tf
        def of(b): return tf.train.Feature(bytes_list=tf.train.BytesList(value=[b]))
        with tf.io.TFRecordWriter(sys.argv[2]) as out:
            for i in range(3):
                image = open(sys.argv[1] + '/cat/%d.jpg' % i, 'rb').read()
                label = tf.train.Feature(int64_list=tf.train.Int64List(value=[2 - i]))
                out.write(tf.train.Example(features=tf.train.Features(feature={
                    'image/encoded': of(image), 'image/class/label': label,
                    'image/filename': of(b'%d.jpg' % i)})).SerializeToString())
        """;
    var photos = photos();
    assertThat(run(program, photos, file)).isEmpty();
    var source = ImageSet.open(file.toString(), IndexCache.none()).training();
    assertThat(source.size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(source.label(i)).isEqualTo(2 - i);
      assertThat(source.get(i).name()).isEqualTo(i + ".jpg");
      assertThat(((Example.Encoded) source.get(i)).bytes().read())
          .isEqualTo(Files.readAllBytes(photos.resolve("cat/" + i + ".jpg")));
    }
  }

  @Test
  void ofTarAreReadByTarfile() throws Exception {
    assumeTrue(run("import tarfile").isEmpty(), PYTHON + " cannot run: tar shards are not checked");
    var program =
        """
        import sys, glob, tarfile
        for shard in sorted(glob.glob(sys.argv[1] + '/*.tar')):
            with tarfile.open(shard) as tar:
                for member in tar:
                    content = tar.extractfile(member).read()
                    print(member.name, content.decode() if member.name.endswith('.cls') else len(content))
        """;
    var shards = converted(ShardWriter.Format.TAR);
    long size = Files.size(folder.resolve("train/dog/4.jpg"));
    assertThat(run(program, shards).lines())
        .hasSize(10)
        .contains("00000000.cls 0", "00000004.cls 1", "00000004.jpg " + size);
  }
}
