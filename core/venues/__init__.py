"""Where figures come from: exchanges, catalogues of regulated futures, and a simulated market."""
