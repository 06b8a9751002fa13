/** What every transport must do, whatever it is made of: bytes, back-pressure, endings. Run for each of them. */
import type { TransportName } from '../../src/transport/select.ts';
import { describeBackPressure } from './behaviour/back-pressure.ts';
import { describeEndings } from './behaviour/endings.ts';
import { describeInput } from './behaviour/input.ts';
import { describeOutput } from './behaviour/output.ts';
import { Stage } from './stage.ts';

export type TestFunction = (name: string, body: () => Promise<void>) => void;

export function describeBehaviour(test: TestFunction, kind: TransportName): void {
  const staged = (name: string, body: (stage: Stage) => Promise<void>): void => {
    test(`${kind}: ${name}`, async () => {
      const stage = await Stage.open(kind);
      try {
        await body(stage);
      } finally {
        await stage.stop();
      }
    });
  };

  describeInput(staged);
  describeOutput(staged);
  describeBackPressure(staged);
  describeEndings(staged);
}
