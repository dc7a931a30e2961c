package org.maejava.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.golden.Golden;

/** Against the format's own library; skipped where no Python has it. */
@DisplayName("Python's safetensors")
class PythonSafetensorsTest {

  private static final String PYTHON =
      Optional.ofNullable(System.getenv("MAE_PYTHON")).orElse("python3");

  @TempDir Path folder;

  @BeforeEach
  void pythonHasTheLibrary() throws Exception {
    assumeTrue(
        works("import numpy, safetensors.numpy"),
        () -> PYTHON + " has no numpy and safetensors; MAE_PYTHON can name one that has");
  }

  @Test
  void readsWhatWeWriteBitForBit() throws Exception {
    var file = folder.resolve("ours.safetensors");
    try (var golden = Safetensors.open(Golden.path("vit_tiny_gp0.safetensors"))) {
      SafetensorsWriter.write(file, golden, Map.of("about", "größe"));
    }
    assertThat(
            python(
                """
                import sys, numpy
                from safetensors import safe_open
                from safetensors.numpy import load_file
                ours, golden = load_file(sys.argv[1]), load_file(sys.argv[2])
                assert list(sorted(ours)) == list(sorted(golden))
                for name, value in golden.items():
                    assert ours[name].dtype == numpy.float32, name
                    assert ours[name].shape == value.shape, name
                    assert ours[name].tobytes() == value.tobytes(), name
                assert safe_open(sys.argv[1], 'np').metadata() == {'about': 'gr\\u00f6\\u00dfe'}
                print('equal', len(ours))
                """,
                file.toString(),
                Golden.path("vit_tiny_gp0.safetensors").toString()))
        .startsWith("equal ");
  }

  @Test
  void writesWhatWeRead() throws Exception {
    var file = folder.resolve("theirs.safetensors");
    python(
        """
        import sys, numpy
        from safetensors.numpy import save_file
        a = numpy.arange(-3, 3).reshape(2, 3)
        kinds = ['float64', 'float32', 'float16', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool']
        tensors = {k: abs(a).astype(k) if k in ('uint8', 'bool') else a.astype(k) for k in kinds}
        tensors['empty'] = numpy.zeros((0, 4), 'float32')
        tensors['scalar'] = numpy.array(7, 'float32')
        save_file(tensors, sys.argv[1], {'format': 'np'})
        """,
        file.toString());
    try (var read = Safetensors.open(file)) {
      assertThat(read.metadata()).isEqualTo(Map.of("format", "np"));
      for (var kind : List.of("float64", "float32", "float16", "int64", "int32", "int16", "int8")) {
        assertThat(read.floats(kind)).as(kind).containsExactly(-3, -2, -1, 0, 1, 2);
      }
      assertThat(read.floats("uint8")).containsExactly(3, 2, 1, 0, 1, 2);
      assertThat(read.floats("bool")).containsExactly(1, 1, 1, 0, 1, 1);
      assertThat(read.floats("scalar")).containsExactly(7);
      assertThat(read.shapes()).containsEntry("empty", List.of(0, 4));
      assertThat(read.floats("empty")).isEmpty();
    }
  }

  private static boolean works(String program) throws Exception {
    try {
      return start(program).waitFor() == 0;
    } catch (IOException noPython) {
      return false;
    }
  }

  private static String python(String program, String... arguments) throws Exception {
    var process = start(program, arguments);
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static Process start(String program, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(PYTHON, "-c", program));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
