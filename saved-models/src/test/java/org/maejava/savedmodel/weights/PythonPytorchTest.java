package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.weights.Safetensors;

/** Against PyTorch itself; skipped where no Python has it. */
@DisplayName("PyTorch")
class PythonPytorchTest {

  private static final String PYTHON =
      Optional.ofNullable(System.getenv("MAE_TORCH_PYTHON"))
          .or(() -> Optional.ofNullable(System.getenv("MAE_PYTHON")))
          .orElse("python3");

  private static final String WRITE =
      """
      import argparse, collections, pathlib, sys, torch
      from safetensors.torch import save_file
      folder = sys.argv[1] + '/'
      base = torch.randn(6, 4)
      tensors = collections.OrderedDict(
          (str(t).split('.')[1], base.abs().to(t)) for t in (
              torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32,
              torch.int16, torch.int8, torch.uint8, torch.bool, torch.uint16, torch.uint32))
      tensors.update(transposed=base.t(), cut=base[1:5:2, 1:3], tied=base, scalar=torch.tensor(3.5),
          empty=torch.zeros(0, 3), repeated=torch.tensor([2.]).expand(4, 3),
          parameter=torch.nn.Parameter(torch.ones(2)))
      args = argparse.Namespace(model='mae', out=pathlib.Path('/x'), betas=(0.9, 0.95), none=None)
      for protocol in (2, 3, 4, 5):
          whole = {'model': tensors, 'optimizer': {'state': {0: {'step': 3, 'm': base}}}, 'args': args}
          torch.save(whole, f'{folder}zip{protocol}.pth', pickle_protocol=protocol)
          old = {'model': {k: v for k, v in tensors.items() if not k.startswith('uint')}}
          torch.save(old, f'{folder}old{protocol}.pth', pickle_protocol=protocol,
              _use_new_zipfile_serialization=False)
      save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, folder + 'expected')
      """;

  @TempDir Path folder;

  @Test
  void writesInEveryProtocolAndFormWhatIsReadBitForBit() throws Exception {
    assumeTrue(
        python("import torch, safetensors.torch; torch.uint16") == 0,
        () -> PYTHON + " has no torch 2.3 and safetensors; MAE_TORCH_PYTHON can name one that has");
    assertThat(python(WRITE, folder.toString())).isZero();
    try (var expected = Safetensors.open(folder.resolve("expected"))) {
      for (var form : List.of("zip", "old")) {
        for (int protocol = 2; protocol <= 5; protocol++) {
          try (var file = TensorFiles.open(folder.resolve(form + protocol + ".pth"))) {
            assertThat(file.format()).contains("protocol " + protocol);
            assertThat(file.shapes()).hasSize(form.equals("zip") ? 19 : 16);
            for (var name : file.shapes().keySet()) {
              assertThat(file.shapes().get(name)).isEqualTo(expected.shapes().get(name));
              assertThat(file.type(name)).isEqualTo(expected.type(name).name());
              assertThat(file.floats(name)).as(name).containsExactly(expected.floats(name));
            }
          }
        }
      }
    }
  }

  private static int python(String code, String... args) throws Exception {
    var command = new ArrayList<>(List.of(PYTHON, "-c", code));
    command.addAll(List.of(args));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return -1;
    }
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(said).isTrue();
    return process.exitValue();
  }
}
