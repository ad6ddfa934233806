/**
 * The tree of a template. `at` is the byte offset that an error of the node points to. Statements make output; operands have values.
 */
export type Statement = Text | Action | Branch | Call | Jump;

export interface Text {
  readonly kind: 'text';
  readonly at: number;
  readonly text: string;
}

export interface Action {
  readonly kind: 'action';
  readonly at: number;
  readonly pipe: Pipe;
}

export interface List {
  readonly kind: 'list';
  readonly at: number;
  readonly statements: Statement[];
}

export interface Branch {
  readonly kind: 'if' | 'with' | 'range';
  readonly at: number;
  readonly pipe: Pipe;
  readonly body: List;
  readonly otherwise: List | undefined;
}

/** `{{template "name" pipe}}`, also what is left of a block. */
export interface Call {
  readonly kind: 'template';
  readonly at: number;
  readonly name: string;
  readonly pipe: Pipe | undefined;
}

export interface Jump {
  readonly kind: 'break' | 'continue';
  readonly at: number;
}

/** Commands whose values flow into each other; the last one is assigned to what is declared, if anything. */
export interface Pipe {
  readonly kind: 'pipe';
  readonly at: number;
  assigns: boolean;
  readonly declared: Variable[];
  readonly commands: Command[];
}

export interface Command {
  readonly kind: 'command';
  readonly at: number;
  readonly operands: Operand[];
}

export type Operand = Literal | Dot | Nil | Field | Variable | Identifier | Chain | Pipe;
export type Literal = Bool | Num | Str;

export interface Bool {
  readonly kind: 'bool';
  readonly at: number;
  readonly value: boolean;
}

/** A number under all types that can hold it, as the ideal constants of Go. */
export interface Num {
  readonly kind: 'number';
  readonly at: number;
  /** As written. */
  readonly text: string;
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: readonly [real: number, imaginary: number] | undefined;
}

export interface Str {
  readonly kind: 'string';
  readonly at: number;
  /** Written between backticks. */
  readonly raw: boolean;
  readonly value: string;
}

export interface Dot {
  readonly kind: 'dot';
  readonly at: number;
}

export interface Nil {
  readonly kind: 'nil';
  readonly at: number;
}

/** `.a.b`: fields of dot. */
export interface Field {
  readonly kind: 'field';
  readonly at: number;
  readonly names: readonly string[];
}

/** `$x.a.b`: a variable (its name has the dollar sign) and fields of it. */
export interface Variable {
  readonly kind: 'variable';
  readonly at: number;
  readonly name: string;
  readonly fields: readonly string[];
}

/** The name of a function. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly at: number;
  readonly name: string;
}

/** `(pipe).a.b` or `function.a.b`. */
export interface Chain {
  readonly kind: 'chain';
  readonly at: number;
  readonly of: Operand;
  readonly fields: readonly string[];
}

export type Node = Statement | List | Command | Operand;
