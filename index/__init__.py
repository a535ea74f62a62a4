"""Finding passages: French BM25, sentence embeddings in FAISS, and their fusion."""
