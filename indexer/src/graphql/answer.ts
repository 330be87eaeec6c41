// From a question to its answer, in this process or in one of its own: GraphQL over one look at the views.
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Signer } from '../signer.ts';
import type { Store } from '../store/types.ts';
import { LIMITS, refusals } from './limits.ts';
import { Question } from './question.ts';
import { Recent } from './requests.ts';
import { buildSchema, type Context } from './schema.ts';

/** A question as it came, with what of its headers means something here. */
export type Asked = {
  method: string;
  /** What follows the path, from its question mark on. */
  search: string;
  headers: Record<string, string>;
  body?: string;
  /** Whether the views are known to be behind or wrong. */
  hasErrors: boolean;
};
export type Answer = {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Hash of the newest block that the answer knows of; none when no view was looked at. */
  tip: string | undefined;
};
export type Answerer = (asked: Asked) => Promise<Answer>;

const guard: Plugin<Context> = {
  onParse: ({ params }) => {
    params.options = { ...params.options, maxTokens: LIMITS.tokens };
  },
  onValidate: ({ params, setResult }) => {
    const errors = refusals(params.documentAST);
    if (errors.length > 0) setResult(errors);
  },
  // Without data nothing was carried out: whatever went wrong, the question was at fault.
  onResultProcess: ({ result, setResult }) => {
    if (!Array.isArray(result) && 'errors' in result && !('data' in result))
      setResult({ ...result, extensions: { ...result.extensions, http: { status: 400 } } });
  },
};

export type AnswerOptions = {
  /** Height of the first block of the views. */
  first: number;
  signer?: Signer | undefined;
  /** Hears what went wrong here while somebody asked; not what askers do wrong. */
  onFault: (error: unknown) => void;
};

export function answererOf(store: Store, { first, signer, onFault }: AnswerOptions): Answerer {
  const yoga = createYoga<Context, Context>({
    schema: buildSchema(),
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: {
      title: 'WattConnect indexer',
      defaultQuery:
        '{\n  _meta { block { number timestamp } digest }\n  offers(first: 10, where: { status: "open" }, orderBy: slot) {\n    id slot remainingWh price seller { id score }\n  }\n}',
    },
    cors: { origin: '*', exposedHeaders: ['etag'] },
    logging: { debug() {}, info() {}, warn() {}, error: onFault },
    // What is kept of questions grows a hundredfold when they are parsed: a bounded length of them.
    parserAndValidationCache: { documentCache: new Recent(500, 200_000), errorCache: new Recent(0, 0) },
    plugins: [guard],
  });
  return async ({ method, search, headers, body, hasErrors }) => {
    const question = new Question(() => store.snapshot(), { first, hasErrors, signer });
    try {
      const init = { method, headers, ...(body !== undefined && { body }) };
      const response = await yoga.fetch(`http://here/graphql${search}`, init, { question });
      const text = await response.text();
      const tip = await question.seen();
      return { status: response.status, headers: Object.fromEntries(response.headers), body: text, tip };
    } finally {
      question.close();
    }
  };
}
