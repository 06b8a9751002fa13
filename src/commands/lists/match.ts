/** Hot. Comparing elements of a list with a word of the request. */
import type { ListValue } from '../../values/list/list-value.ts';
import type { Call } from '../call.ts';

/** Whether the element that the list has read last is word `index`. */
export function isWord(list: ListValue, call: Call, index: number): boolean {
  const { bytes, start, end } = list.element;
  const { arguments: words } = call;
  const length = end - start;
  if (words.length(index) !== length) return false;
  const own = words.bytes;
  const first = words.start(index);
  for (let i = 0; i < length; i++) if (bytes[start + i] !== own[first + i]) return false;
  return true;
}
