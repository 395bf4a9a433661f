/** What native code hangs on an object of one of its classes. */
interface Attachment {
  readonly classId: number;
  opaque: number;
}

/**
 * Objects of native classes: the class and the pointer that each carries, and the call of the class' finalizer after
 * JavaScript has let go of one.
 */
export class NativeObjects {
  readonly #attachments = new WeakMap<object, Attachment>();
  readonly #collected: FinalizationRegistry<Attachment>;
  readonly #finalizers = new Map<number, number>();
  #nextClass = 100;

  /** @param finalize calls a finalizer (table index) with an object that carries what the collected one carried */
  constructor(finalize: (finalizer: number, ghost: object) => void) {
    this.#collected = new FinalizationRegistry((attachment) => {
      const finalizer = this.#finalizers.get(attachment.classId);
      if (finalizer === undefined || finalizer === 0) return;
      const ghost = {};
      this.#attachments.set(ghost, attachment);
      finalize(finalizer, ghost);
    });
  }

  newClass(): number {
    return this.#nextClass++;
  }

  setFinalizer(classId: number, tableIndex: number): void {
    this.#finalizers.set(classId, tableIndex);
  }

  create(prototype: object | null, classId: number): object {
    const object: object = Object.create(prototype);
    const attachment = { classId, opaque: 0 };
    this.#attachments.set(object, attachment);
    this.#collected.register(object, attachment);
    return object;
  }

  setOpaque(object: object, opaque: number): void {
    this.#attachments.get(object)!.opaque = opaque;
  }

  /** The pointer, or 0 for an object of another class. */
  opaqueOf(object: object, classId: number): number {
    const attachment = this.#attachments.get(object);
    return attachment?.classId === classId ? attachment.opaque : 0;
  }
}
