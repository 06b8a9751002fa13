import type { ArgumentSpecification } from './documentation.ts';

/** Arguments as people write them: optional ones in brackets, choices between bars. */
export function syntaxText(specifications: readonly ArgumentSpecification[]): string {
  return specifications.map(argumentText).join(' ');
}

function argumentText(specification: ArgumentSpecification): string {
  const text = repeated(specification);
  return specification.optional ? `[${text}]` : text;
}

function repeated(specification: ArgumentSpecification): string {
  const { multiple, multipleToken, token } = specification;
  const single = singleText(specification);
  const withToken =
    token === undefined || specification.shape === 'token' ? single : `${tokenText(token)} ${single}`;
  if (!multiple) return withToken;
  return `${withToken} [${multipleToken ? withToken : single} ...]`;
}

function singleText({ shape, parts, name, token }: ArgumentSpecification): string {
  switch (shape) {
    case 'one-of':
      return parts.map(argumentText).join('|');
    case 'block':
      return syntaxText(parts);
    case 'token':
      return tokenText(token ?? name);
    case 'word':
      return name;
  }
}

function tokenText(token: string): string {
  return token === '' ? '""' : token;
}
