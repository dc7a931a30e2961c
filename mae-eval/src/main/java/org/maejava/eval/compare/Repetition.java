package org.maejava.eval.compare;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.maejava.eval.compare.ProtocolComparison.Candidate;
import org.maejava.eval.compare.ProtocolComparison.Finishing;
import org.maejava.eval.compare.ProtocolComparison.Pretrained;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.run.Preparation;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.RunRequest;

/**
 * One protocol with several seeds: other draws of the labels and of everything that training draws.
 *
 * @param request what every run is of
 * @param prepared recipe, weights and data of it
 * @param machine to compute on
 */
public record Repetition(RunRequest request, Preparation prepared, Machine machine) {

  /**
   * Runs every seed, from the recipe's on; those that were finished before are not repeated.
   *
   * @param seeds how many, at least one
   * @param stop asked after every step
   * @param each is told of every run that is finished now
   * @throws org.maejava.eval.run.StoppedException if asked to stop; finished runs are kept
   */
  public Comparison run(int seeds, InstantSource clock, BooleanSupplier stop, Finishing each)
      throws IOException {
    var experiment = prepared.found().experiment();
    var pretrained =
        prepared
            .weights()
            .map(
                open ->
                    new Pretrained(
                        open.name(),
                        prepared.start().orElseThrow().source(),
                        request.keepHead(),
                        open.licence()));
    var candidate =
        new Candidate(
            request.protocol().title(),
            request.protocol(),
            prepared.found().name(),
            experiment,
            pretrained);
    var cells = Cells.in(request.folder().path().resolve(RunFolder.CELLS));
    long first = experiment.getTraining().getSeed();
    return new ProtocolComparison(
            prepared.data(), machine, clock, request.commandLine(), cells, stop)
        .run(
            labels -> List.of(candidate),
            List.of(prepared.labels()),
            LongStream.range(first, first + seeds).boxed().toList(),
            each);
  }
}
